"""One message, several recipients, each with their own fate."""

import time

import mail
from story import CRM, SALES, STREAMS, Story, cadence_id

POLICY = """
policy "default" {
  cap "sales a week" { class = "sales"  limit = 1  window = "7d" }
  cap "mail a day" { limit = 3  window = "1d" }
  over = {"rewrite", "hold"}
  hold { max = "14d"  then = "drop" }
}
"""

STATEMENT = """Your statement is ready.
{{#sales}}
Borrow more, it costs nothing.
{{/sales}}
Yours, the bank
"""


class FourFates(Story):

    config = STREAMS + POLICY

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol_everybody()
        headers = ("Cadence-Class: sales", "Cadence-Requires: customer.country = 'PL'")
        cls.original = mail.compose(CRM, "undisclosed@bank.example", subject="Statement", text=STATEMENT, headers=headers)
        recipients = [(f"{name}@mail.example", ["NOTIFY=FAILURE"]) for name in ("passes", "rewritten", "held", "refused")]
        cls.reply = cls.site.send(CRM, recipients, cls.original, ["ENVID=four"])
        cls.site.settle()

    @classmethod
    def enrol_everybody(cls):
        """Four customers: fresh, over the cap on sales mail, over the cap on all mail, and abroad."""
        names = {"passes": "PL", "rewritten": "PL", "held": "PL", "refused": "DE"}
        cls.site.enrol(*({"id": name, "address": f"{name}@mail.example", "country": country} for name, country in names.items()))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(cls.site.now() - 60))
        past = [("rewritten", "sales"), ("held", "sales"), ("held", "relational"), ("held", "relational")]
        cls.site.record(*({"customer": customer, "at": now, "class": mail_class} for customer, mail_class in past))

    def delivered(self, name):
        [delivered] = self.site.sink.deliveries(f"{name}@mail.example")
        return delivered

    def test_the_sender_is_told_yes(self):
        self.assertEqual(250, self.reply.code)

    def test_who_may_have_it_gets_all_of_it(self):
        text = mail.text_of(self.delivered("passes").raw)
        self.assertIn("Borrow more", text)
        self.assertIn("Yours, the bank", text)
        self.assertNotIn("{{", text)

    def test_who_is_over_the_cap_gets_it_without_the_sales_section(self):
        delivered = self.delivered("rewritten")
        text = mail.text_of(delivered.raw)
        self.assertIn("statement is ready", text)
        self.assertIn("Yours, the bank", text)
        self.assertNotIn("Borrow", text)
        self.assertNotIn("{{", text)
        self.assertEqual("relational", dict(mail.cadence_fields(delivered.raw))["Cadence-Class"])

    def test_who_had_enough_mail_today_gets_it_later(self):
        self.assertEqual([], self.site.sink.deliveries("held@mail.example"))
        [held] = self.site.held("held@mail.example")
        self.assertIn("mail a day", [reason["name"] for reason in held["reasons"]])

    def test_who_must_not_have_it_is_reported_to_the_sender(self):
        self.assertEqual([], self.site.sink.deliveries("refused@mail.example"))
        [notice] = self.site.sink.wait_for(CRM)
        self.assertEqual("", notice.sender)
        message = mail.parse(notice.raw)
        self.assertEqual("multipart/report", message.get_content_type())
        [status] = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
        fields = status.as_string()
        self.assertIn("refused@mail.example", fields)
        self.assertRegex(fields, r"(?m)^Action: failed")
        self.assertRegex(fields, r"(?m)^Status: 5\.")
        self.assertRegex(fields, r"(?m)^Original-Envelope-Id: four")

    def test_all_copies_have_one_id_and_keep_the_envelope(self):
        passed, rewritten = self.delivered("passes"), self.delivered("rewritten")
        self.assertEqual(cadence_id(passed), cadence_id(rewritten))
        for delivered in (passed, rewritten):
            self.assertEqual("four", delivered.parameters["ENVID"])
            self.assertEqual("FAILURE", delivered.recipient_parameters["NOTIFY"])

    def test_explain_tells_all_four(self):
        told = self.site.ctl("explain", cadence_id(self.delivered("passes")))
        for name in ("passes", "rewritten", "held", "refused"):
            self.assertIn(f"{name}@mail.example", told)


class Alike(Story):
    """Recipients whose message needs no change stay together."""

    def test_two_who_simply_pass_share_one_message(self):
        original = mail.compose(CRM, "all@bank.example", headers=("Cadence-Class: sales",))
        addresses = ["anna@mail.example", "boris@mail.example"]
        self.assertEqual(250, self.site.send(CRM, addresses, original).code)
        for address in addresses:
            self.assert_only_tagged(original, self.site.sink.wait_for(address)[0], "sales")

    def test_refused_alone_the_sender_hears_it_in_the_session(self):
        original = mail.compose(CRM, "celia@mail.example", headers=("Cadence-Requires: customer.country = 'PL'",))
        reply = self.site.send(CRM, "celia@mail.example", original)
        self.assertEqual(550, reply.code)
        self.assert_nothing_for("celia@mail.example")


class OneMailboxManySpellings(Story):
    """Postfix takes all of these for the same mailbox, so a cap does too, and who is held leaves the envelope."""

    spellings = ("<Anna@MAIL.example>", '<"anna"@mail.example>', '<"an\\na"@mail.example>', "<@relay.example:anna@mail.example>",
                 "<anna@mail.example.>", "<\\anna@mail.example>", "<anna(work)@mail.example>", "<anna @ mail.example>")

    def submit(self, recipients):
        raw = mail.compose(CRM, "undisclosed@bank.example", headers=SALES)
        with mail.connect(self.site.postfix.entry_port) as client:
            client.docmd("MAIL", f"FROM:<{CRM}>")
            for recipient in recipients:
                self.assertEqual(250, client.docmd("RCPT", f"TO:{recipient}")[0], recipient)
            self.assertEqual(250, client.data(raw)[0])

    def test_a_cap_knows_them_all(self):
        self.fill_cap("anna@mail.example")
        for number, spelling in enumerate(self.spellings):
            self.submit([spelling, f"<other{number}@mail.example>"])
        for number in range(len(self.spellings)):
            self.site.sink.wait_for(f"other{number}@mail.example", 1)
        self.site.settle()
        self.assertEqual(2, len(self.site.sink.deliveries("anna@mail.example")))
        self.assertEqual(len(self.spellings), len(self.site.held()))
