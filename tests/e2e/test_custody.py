"""What is held comes back whole: by itself when it is due, or at once by hand."""

import subprocess

import harness
import mail
from loopback import wait_until
from story import CRM, DAY, SALES, Story, cadence_id

UTF8_ADDRESS = "żółć@mail.example"


class Release(Story):
    """A week passes."""

    def test_a_held_message_is_released_a_week_later_as_it_was(self):
        held = self.hold_one_for_each()
        self.site.move_clock(8 * DAY)
        self.assert_plain_message_came_back(held)
        self.assert_utf8_envelope_came_back()
        self.assert_custody_ends_without_a_second_copy()

    def hold_one_for_each(self):
        self.fill_cap("anna@mail.example")
        self.plain = mail.compose(CRM, "anna@mail.example", headers=SALES, text="Zażółć gęślą jaźń\n.\n..\n" + "x" * 900 + "\n")
        reply = self.site.send(CRM, [("anna@mail.example", ["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;a+2Bb@mail.example"])], self.plain,
                               ["BODY=8BITMIME", "RET=HDRS", "ENVID=order+2B7"])
        self.assertEqual(250, reply.code)
        self.utf8 = mail.compose(CRM, UTF8_ADDRESS, headers=SALES)
        for _ in range(2):
            self.site.send(CRM, UTF8_ADDRESS, mail.compose(CRM, UTF8_ADDRESS, headers=SALES), ["SMTPUTF8", "BODY=8BITMIME"])
        self.site.sink.wait_for(UTF8_ADDRESS, 2)
        self.assertEqual(250, self.site.send(CRM, UTF8_ADDRESS, self.utf8, ["SMTPUTF8", "BODY=8BITMIME"]).code)
        self.site.settle()
        [held] = self.site.held("anna@mail.example")
        return held

    def assert_plain_message_came_back(self, held):
        delivered = self.site.sink.wait_for("anna@mail.example", 3)[2]
        self.assert_only_tagged(self.plain, delivered, "sales")
        self.assertEqual(held["id"].rsplit(".", 1)[0], cadence_id(delivered))
        self.assertEqual(CRM, delivered.sender)
        self.assert_envelope(delivered, {"BODY": "8BITMIME", "RET": "HDRS", "ENVID": "order+2B7"},
                             {"NOTIFY": "FAILURE,DELAY", "ORCPT": "rfc822;a+2Bb@mail.example"})

    def assert_utf8_envelope_came_back(self):
        delivered = self.site.sink.wait_for(UTF8_ADDRESS, 3)[2]
        self.assert_only_tagged(self.utf8, delivered, "sales")
        self.assertIn("SMTPUTF8", delivered.parameters)

    def assert_custody_ends_without_a_second_copy(self):
        """What went through sendmail(1) is kept for a while, because nobody says when Postfix has really queued it."""
        self.site.move_clock(1800)
        wait_until(lambda: not self.site.held(), 20, "custody to end")
        self.site.settle()
        for address in ("anna@mail.example", UTF8_ADDRESS):
            self.assertEqual(3, len(self.site.sink.deliveries(address)), address)

    def test_on_release_the_cap_still_holds_and_the_most_urgent_go_first(self):
        address = "boris@mail.example"
        self.fill_cap(address)
        for subject, priority in (("early", 50), ("late", 50), ("urgent", 90)):
            headers = (*SALES, f"Cadence-Priority: {priority}")
            self.assertEqual(250, self.site.send(CRM, address, mail.compose(CRM, address, subject, headers=headers)).code)
        [urgent] = [held["id"] for held in self.site.held(address) if held["priority"] == 90]
        self.site.move_clock(8 * DAY)
        self.site.sink.wait_for(address, 4)
        self.site.settle()
        self.assertEqual({"urgent", "early"}, {mail.parse(d.raw)["Subject"] for d in self.site.sink.deliveries(address)[2:]})
        released = [line for line in self.site.planner.log().splitlines() if f"to=<{address}> released" in line]
        self.assertIn(urgent, released[0])  # whom Postfix delivers first is not for us to say
        self.assertEqual(1, len(self.site.held(address)))


class ByHand(Story):
    """What a person may do with held mail."""

    def hold(self, address):
        self.fill_cap(address)
        self.assertEqual(250, self.send_sales(address).code)
        self.site.settle()
        [held] = self.site.held(address)
        return held

    def test_released_by_hand_it_goes_at_once(self):
        self.site.ctl("held", "release", self.hold("anna@mail.example")["id"])
        self.site.sink.wait_for("anna@mail.example", 3, timeout=5)
        self.site.settle()
        self.assertEqual([], self.site.held("anna@mail.example"))

    def test_dropped_by_hand_it_never_goes(self):
        held = self.hold("boris@mail.example")
        self.site.ctl("held", "drop", held["id"])
        self.site.settle()
        self.assertEqual([], self.site.held("boris@mail.example"))
        self.assertEqual(2, len(self.site.sink.deliveries("boris@mail.example")))
        self.assertIn("drop", self.site.ctl("explain", held["id"].rsplit(".", 1)[0]))

    def test_an_unknown_id_is_a_no(self):
        self.assertEqual(1, self.site.run("held", "release", "nosuch.0").returncode)

    def test_one_pass_of_the_planner_gives_back_what_is_due_and_ends(self):
        held = self.hold("celia@mail.example")
        self.site.planner.stop()
        self.addCleanup(self.site.start_planner)
        self.site.ctl("held", "release", held["id"])
        done = subprocess.run([f"{harness.BUILD}/cadence-planner", "-c", self.site.config_path, "--once"], capture_output=True,
                              text=True, env=self.site.environment(), timeout=30)
        self.assertEqual(0, done.returncode, done.stderr)
        self.site.sink.wait_for("celia@mail.example", 3)
        self.assertEqual([], self.site.held("celia@mail.example"))

    def test_while_postfix_is_down_nothing_is_lost(self):
        held = self.hold("dora@mail.example")
        self.site.postfix.stop()
        self.site.ctl("held", "release", held["id"])
        wait_until(lambda: self.site.json("held", "show", held["id"])["attempts"], 10, "the planner to try")
        self.site.postfix.start()
        self.site.ctl("held", "release", held["id"])
        self.site.sink.wait_for("dora@mail.example", 3)

    def test_export_takes_everything_out(self):
        original = mail.compose(CRM, "emil@mail.example", headers=SALES)
        self.fill_cap("emil@mail.example")
        self.assertEqual(250, self.site.send(CRM, "emil@mail.example", original).code)
        folder = f"{self.site.root}/export"
        self.site.ctl("held", "export", folder)
        found = subprocess.run(["grep", "-rlF", mail.parse(original)["Message-ID"], folder], capture_output=True, text=True).stdout
        self.assertNotEqual("", found)
