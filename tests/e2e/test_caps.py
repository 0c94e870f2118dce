"""A customer never gets more sales mail than the policy says; everything else arrives at once."""

import threading

import mail
from story import CRM, RELATIONAL, SALES, SECURITY, STAFF, STREAMS, Story


class Caps(Story):

    def test_the_third_offer_of_a_week_waits(self):
        self.fill_cap("anna@mail.example")
        self.assertEqual(250, self.send_sales("anna@mail.example").code)
        self.site.settle()
        self.assertEqual(2, len(self.site.sink.deliveries("anna@mail.example")))
        [held] = self.site.held("anna@mail.example")
        self.assertEqual([("cap", "sales a week", 2, 2)],
                         [(r["rule"], r["name"], r["have"], r["limit"]) for r in held["reasons"]])

    def test_a_security_code_goes_at_once_whatever_is_counted(self):
        self.fill_cap("boris@mail.example")
        self.send_sales("boris@mail.example")
        original = mail.compose(CRM, "boris@mail.example", subject="Your code", headers=SECURITY)
        self.assertEqual(250, self.site.send(CRM, "boris@mail.example", original).code)
        self.assert_only_tagged(original, self.site.sink.wait_for("boris@mail.example", 3)[2], "relational")

    def test_what_staff_send_is_counted_and_never_stopped(self):
        for _ in range(3):
            original = mail.compose(STAFF, "celia@mail.example")
            self.assertEqual(250, self.site.send(STAFF, "celia@mail.example", original).code)
        self.site.sink.wait_for("celia@mail.example", 3)
        self.assertEqual(250, self.send_sales("celia@mail.example").code)
        self.site.settle()
        self.assertEqual(3, len(self.site.sink.deliveries("celia@mail.example")))
        self.assertEqual(1, len(self.site.held("celia@mail.example")))

    def test_the_policy_in_force_would_have_done_the_same_again(self):
        self.fill_cap("zoe@mail.example")
        self.assertEqual(250, self.send_sales("zoe@mail.example").code)
        self.site.settle()
        simulated = self.site.json("simulate", "--with", self.site.config_path)
        self.assertEqual(([], 0), (simulated["changed"], simulated["moved"]))
        self.assertLessEqual(1, simulated["after"]["hold"])

    def test_a_message_that_is_sent_again_gets_the_same_verdict_and_is_counted_once(self):
        for _ in range(3):
            self.assertEqual(250, self.send_sales("dora@mail.example", message_id="once").code)
        self.assertEqual(250, self.send_sales("dora@mail.example", message_id="twice").code)
        self.site.sink.wait_for("dora@mail.example", 4)
        for _ in range(3):
            self.assertEqual(250, self.send_sales("dora@mail.example", message_id="thrice").code)
        self.site.settle()
        self.assertEqual(4, len(self.site.sink.deliveries("dora@mail.example")))
        self.assertEqual(1, len(self.site.held("dora@mail.example")))

    def test_what_is_nobodys_campaign_is_neither_counted_nor_stopped(self):
        self.fill_cap("emil@mail.example")
        original = mail.compose(CRM, "emil@mail.example", headers=("Auto-Submitted: auto-replied",))
        self.assertEqual(250, self.site.send(CRM, "emil@mail.example", original).code)
        self.site.sink.wait_for("emil@mail.example", 3)
        self.assertEqual(250, self.site.send("", "emil@mail.example", mail.compose("", "emil@mail.example")).code)
        self.site.sink.wait_for("emil@mail.example", 4)

    def test_colleagues_are_not_customers(self):
        for _ in range(4):
            self.assertEqual(250, self.send_sales("jan@bank.example").code)
        self.site.sink.wait_for("jan@bank.example", 4)

    def test_a_person_with_two_addresses_is_one_customer(self):
        self.site.enrol({"id": "C8", "address": ["gerd@mail.example", "gerd@work.example"]})
        self.fill_cap("gerd@mail.example")
        self.assertEqual(250, self.send_sales("gerd@work.example").code)
        self.assert_nothing_for("gerd@work.example")
        self.assertEqual(1, len(self.site.held("gerd@work.example")))

    def test_the_mail_of_cron_jobs_is_counted_like_any_other(self):
        for _ in range(3):
            self.site.send_locally(CRM, "hania@mail.example", mail.compose(CRM, "hania@mail.example", headers=SALES))
        self.site.sink.wait_for("hania@mail.example", 2)
        self.site.settle()
        self.assertEqual(2, len(self.site.sink.deliveries("hania@mail.example")))
        self.assertEqual(1, len(self.site.held("hania@mail.example")))

    def test_explain_names_what_blocks(self):
        self.site.enrol({"id": "C7", "address": "fenna@mail.example"})
        self.fill_cap("fenna@mail.example")
        self.send_sales("fenna@mail.example")
        message = self.site.held("fenna@mail.example")[0]["id"].split(".")[0]
        for subject in (message, "C7"):
            self.assertIn("sales a week", self.site.ctl("explain", subject))


class ManyAtOnce(Story):
    """Forty sessions, one customer, one instant."""

    SESSIONS = 40

    def test_two_of_forty_get_through_and_all_are_answered(self):
        barrier = threading.Barrier(self.SESSIONS)
        replies = []
        threads = [threading.Thread(target=lambda: replies.append(self.offer(barrier))) for _ in range(self.SESSIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual([250] * self.SESSIONS, replies)
        self.site.settle()
        self.assertEqual(2, len(self.site.sink.deliveries("anna@mail.example")))
        self.assertEqual(self.SESSIONS - 2, len(self.site.held("anna@mail.example")))

    def offer(self, barrier):
        """One session: it says all but the message, waits for the others, and sends."""
        with mail.connect(self.site.postfix.entry_port) as client:
            client.mail(CRM)
            client.rcpt("anna@mail.example")
            barrier.wait(30)
            return client.data(mail.compose(CRM, "anna@mail.example", headers=SALES))[0]


RATIO_AND_GAP = """
policy "default" {
  ratio { relational = 1  sales = 1  window = "30d"  allowance = 1 }
  gap "between offers" { class = "sales"  topic = "loans"  min = "48h" }
  over = {"hold"}
  hold { max = "60d"  then = "drop" }
}
"""


class Balance(Story):
    """Sales mail has to be earned by relational mail, and offers keep their distance."""

    config = STREAMS + RATIO_AND_GAP

    def test_an_offer_waits_until_relational_mail_has_earned_it(self):
        for _ in range(2):
            self.assertEqual(250, self.send_sales("anna@mail.example").code)
        [held] = self.site.held("anna@mail.example")
        self.assertEqual(["ratio"], [reason["rule"] for reason in held["reasons"]])
        welcome = mail.compose(CRM, "anna@mail.example", headers=RELATIONAL)
        self.assertEqual(250, self.site.send(CRM, "anna@mail.example", welcome).code)
        classes = [dict(mail.cadence_fields(d.raw))["Cadence-Class"] for d in self.site.sink.wait_for("anna@mail.example", 3)]
        self.assertCountEqual(["sales", "relational", "sales"], classes)  # Postfix may deliver the last two in either order

    def test_a_second_offer_waits_out_the_gap(self):
        welcome = mail.compose(CRM, "boris@mail.example", headers=RELATIONAL)
        self.assertEqual(250, self.site.send(CRM, "boris@mail.example", welcome).code)
        for _ in range(2):
            offer = mail.compose(CRM, "boris@mail.example", headers=("Cadence-Topic: loans",))
            self.assertEqual(250, self.site.send(CRM, "boris@mail.example", offer).code)
        [held] = self.site.held("boris@mail.example")
        self.assertEqual([("gap", "between offers")], [(reason["rule"], reason["name"]) for reason in held["reasons"]])
