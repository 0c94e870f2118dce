"""What the milter tells a mail server to do, byte for byte and in which order; this test is that mail server."""

import json
import os
import subprocess
import time
from unittest import mock

import harness
import mail
from milter_client import CONTINUE, DISCARD, REPLY_CODE
from session import Session, greeting
from story import CRM, RELATIONAL, SALES, STRANGER, STREAMS

ONE_A_WEEK = """
policy "default" {
  cap "sales a week" { class = "sales"  limit = 1  window = "7d" }
  cap "mail a day" { limit = 3  window = "1d" }
  over = {"rewrite", "hold"}
  hold { max = "14d"  then = "drop" }
}
"""

LONG = "Dear {{customer.id}}.\n" + ("x" * 70 + "\n") * 3000

NOW = {"passes": b"Hello.\r\nBuy.\r\n", "rewritten": b"Hello.\r\n"}  # who can get a message at once, and what of it

ELSEWHERE = ({"client": "192.0.2.1"}, {"family": b"U"}, {"family": b"L", "client": "127.0.0.1"})
FORGED = ("", "x", "a b c", "6b02d01448fbd5f74615d423.1 " + "0" * 32 + " " + "0" * 64, "x " * 5000)


class JsonLog(Session):
    """What a program that reads the log is told."""

    config = STREAMS + ONE_A_WEEK + 'log_format = "json"\n'

    def test_a_verdict_is_one_object_with_its_fields(self):
        client = self.connect()
        for _ in range(2):
            raw = mail.compose(CRM, "reader@mail.example", headers=SALES)
            client.message(CRM, ["reader@mail.example"], raw)
        lines = [json.loads(line) for line in self.site.milter.log().splitlines()]
        verdicts = [line for line in lines if line.get("to") == "reader@mail.example"]
        self.assertEqual(["pass", "hold"], [line["action"] for line in verdicts])
        self.assertEqual({"sales"}, {line["class"] for line in verdicts})
        self.assertIn("sales a week", verdicts[1]["message"])


class Apply(Session):
    """What the server is told to do, in which order."""

    config = STREAMS + ONE_A_WEEK

    def test_headers_and_recipients_come_first_and_the_body_last_in_one_run(self):
        raw = mail.compose(CRM, "order@mail.example", subject="For {{customer.id}}", text=LONG, headers=RELATIONAL)
        kinds = [edit.kind for edit in self.connect().message(CRM, ["order@mail.example", "other@mail.example"], raw).edits]
        pieces = kinds.count("body")
        self.assertGreater(pieces, 3)
        self.assertEqual(["body"] * pieces, kinds[-pieces:])
        self.assertEqual({"delete recipient", "change", "add"}, set(kinds[:-pieces]))

    def test_a_body_of_many_chunks_comes_whole(self):
        raw = mail.compose(CRM, "long@mail.example", text=LONG, headers=RELATIONAL)
        verdict = self.connect().message(CRM, ["long@mail.example"], raw)
        self.assertEqual(mail.crlf(LONG.replace("{{customer.id}}", "long@mail.example")), verdict.body)

    def test_a_body_that_becomes_empty_is_emptied(self):
        raw = mail.compose(CRM, "void@mail.example", text="{{#customer.nothing}}x{{/customer.nothing}}", headers=RELATIONAL)
        verdict = self.connect().message(CRM, ["void@mail.example"], raw)
        self.assertEqual((CONTINUE, b""), (verdict.reply, verdict.body))

    def test_a_body_that_stays_is_not_sent_back(self):
        raw = mail.compose(CRM, "plain@mail.example", headers=RELATIONAL)
        verdict = self.connect().message(CRM, ["plain@mail.example"], raw)
        self.assertEqual((CONTINUE, None), (verdict.reply, verdict.body))

    def test_requests_are_removed_by_name_and_number_from_the_last_to_the_first(self):
        fields = ("Cadence-Class: sales", "cadence-class: sales", "Cadence-Nonsense: 1", "CADENCE-CLASS: sales")
        raw = mail.compose(STRANGER, "anna@mail.example", headers=fields)
        verdict = self.connect().message(STRANGER, ["anna@mail.example"], raw)
        self.assertEqual([("change", 3, b""), ("change", 1, b""), ("change", 2, b""), ("change", 1, b"")],
                         [(edit.kind, edit.index, edit.value) for edit in verdict.edits])

    def test_of_four_recipients_one_stays_with_a_text_of_their_own_and_exactly_the_others_leave(self):
        for turn in range(4):
            fates = self.enrol_four(turn)
            addresses = list(fates)[turn:] + list(fates)[:turn]
            goes = next(address for address in addresses if fates[address] in NOW)
            raw = mail.compose(CRM, "all@bank.example", text="Hello.\n{{#sales}}\nBuy.\n{{/sales}}\n",
                               headers=(*SALES, "Cadence-Requires: customer.country = 'PL'"))
            with self.subTest(addresses):
                verdict = self.connect().message(CRM, addresses, raw)
                self.assertEqual([address for address in addresses if address != goes], verdict.deleted())
                self.assertEqual((CONTINUE, NOW[fates[goes]]), (verdict.reply, verdict.body))

    def enrol_four(self, turn):
        """Four customers, as {address: fate}: fresh, over the cap on sales mail, over the cap on all mail, and abroad."""
        fates = {f"{fate}{turn}@mail.example": fate for fate in ("passes", "rewritten", "held", "refused")}
        self.site.enrol(*({"id": address, "address": address, "country": "DE" if fate == "refused" else "PL"}
                          for address, fate in fates.items()))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.site.now() - 60))
        past = {"rewritten": ["sales"], "held": ["sales", "relational", "relational"]}
        self.site.record(*({"customer": address, "at": now, "class": mail_class}
                           for address, fate in fates.items() for mail_class in past.get(fate, ())))
        return fates

    def test_where_nobody_is_left_the_message_is_discarded_and_in_custody(self):
        client = self.connect()
        people = ["anna@mail.example", "boris@mail.example"]
        for expected in (CONTINUE, DISCARD):
            verdict = client.message(CRM, people, mail.compose(CRM, people[0], headers=SALES))
            self.assertEqual(expected, verdict.reply)
            self.assertEqual([], verdict.deleted())
        self.assertEqual([1, 1], [len(self.site.held(address)) for address in people])

    def test_who_is_named_twice_gets_one_copy(self):
        raw = mail.compose(CRM, "twice@mail.example", subject="For {{customer.nothing}}")
        self.assertEqual(DISCARD, self.connect().message(CRM, ["twice@mail.example", "TWICE@mail.example"], raw).reply)
        self.assertEqual(1, len([held for held in self.site.held() if held["address"].lower() == "twice@mail.example"]))


class Replies(Session):
    """Whatever a reply is made of, it is one line of SMTP, and its message's own."""

    config = STREAMS + ONE_A_WEEK

    def say(self, client, address, *headers):
        return client.message(CRM, [address], mail.compose(CRM, address, headers=headers))

    def assert_reply(self, verdict, status, text):
        """One line of printable ASCII that libmilter takes, in which no percent sign could be a format."""
        self.assertEqual(REPLY_CODE, verdict.reply)
        self.assertRegex(verdict.smtp, rf"\A{status} [ -~]+\Z")
        self.assertLessEqual(len(verdict.text), 980)
        self.assertNotIn(b"%", verdict.text.replace(b"%%", b""))
        self.assertIn(text, verdict.smtp)

    def test_a_percent_sign_is_a_percent_sign(self):
        self.assert_reply(self.say(self.connect(), "anna@mail.example", "Cadence-Priority: 100%s%n%"), "550 5.6.0", '"100%s%n%"')

    def test_a_long_reply_is_cut_to_one_line(self):
        for filling in ("x" * 970, "%" * 970, "ż" * 485):
            with self.subTest(filling[0]):
                condition = f"Cadence-Requires: customer.country = '{filling}'"
                self.assert_reply(self.say(self.connect(), "anna@mail.example", condition), "550 5.7.1", "customer.country")

    def test_a_reply_does_not_leak_into_the_next(self):
        client = self.connect()
        self.assert_reply(self.say(client, "anna@mail.example", "Cadence-Priority: first"), "550 5.6.0", '"first"')
        self.assert_served(client, "anna@mail.example")
        self.assert_reply(self.say(client, "anna@mail.example", "Cadence-Priority: second"), "550 5.6.0", '"second"')
        os.rename(self.site.store, f"{self.site.store}.away")
        verdict = self.say(client, "boris@mail.example", *SALES)
        os.rename(f"{self.site.store}.away", self.site.store)
        self.assert_reply(verdict, "451 4.3.0", "try again later")
        self.assertNotIn("second", verdict.smtp)
        self.assertEqual([CONTINUE, DISCARD], [self.say(client, "boris@mail.example", *SALES).reply for _ in range(2)])
        self.assert_reply(self.say(client, "anna@mail.example", "Cadence-Priority: third"), "550 5.6.0", '"third"')


class Tickets(Session):
    """The planner hands over for real. This test is the mail server to which it does, and does with the ticket what it likes."""

    def hand_over(self, address, ask):
        """Has the planner hand over one message; calls ask(delivery) before the mail server takes it and returns what that gave."""
        answers = []
        first = "somebody@mail.example"
        verdict = self.connect().message(CRM, [first, address], greeting(first))
        self.assertEqual([address], verdict.deleted())
        with mock.patch.object(self.site.sink, "record", lambda delivery: answers.append(ask(delivery))):
            done = subprocess.run([f"{harness.BUILD}/cadence-planner", "-c", self.site.config_path, "--once"], capture_output=True,
                                  text=True, env=self.site.environment(), timeout=30)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual([], self.site.held(address))
        [answer] = answers
        return answer

    def pass_on(self, delivery, recipients=None, **origin):
        """Says what was handed over to the milter, as Postfix does; the planner comes from this host."""
        client = self.connect(**(origin or {"client": "127.0.0.1"}))
        return client.message(delivery.sender, recipients or [delivery.recipient], delivery.raw)

    def test_what_is_handed_over_passes_once_and_a_replay_is_discarded(self):
        address = "anna@mail.example"

        def ask(delivery):
            return delivery, self.pass_on(delivery), self.pass_on(delivery)

        delivery, verdict, at_once = self.hand_over(address, ask)
        self.assert_greeted(verdict, address)
        self.assertIn(("Cadence-Ticket", b""), [(edit.name, edit.value) for edit in verdict.edits])
        for replay in (at_once, self.pass_on(delivery)):
            self.assertEqual((DISCARD, []), (replay.reply, replay.edits))
        self.assertIn("its ticket is used", self.site.milter.log())

    def test_a_ticket_from_anybody_else_opens_nothing_and_stays_good(self):
        address = "boris@mail.example"

        def ask(delivery):
            others = [self.pass_on(delivery, **origin) for origin in ELSEWHERE]
            shared = self.pass_on(delivery, [address, "mallory@mail.example"])
            return others, shared, self.pass_on(delivery, ["mallory@mail.example"]), self.pass_on(delivery)

        said = len(self.site.milter.log())
        others, shared, diverted, verdict = self.hand_over(address, ask)
        self.assertEqual([DISCARD] * len(ELSEWHERE), [other.reply for other in others])  # another try of what is in custody
        self.assertEqual(len(ELSEWHERE) + 2, self.site.milter.log()[said:].count("a Cadence-Ticket that is not ours was removed"))
        self.assert_greeted(verdict, address)

    def test_a_forged_ticket_buys_nothing(self):
        client = self.connect(client="127.0.0.1")
        for count, ticket in enumerate(FORGED):
            address = f"customer{count}@mail.example"
            with self.subTest(ticket[:40]):
                fields = (*SALES, f"Cadence-Ticket: {ticket}")
                replies = [client.message(CRM, [address], mail.compose(CRM, address, headers=fields)) for _ in range(3)]
                self.assertEqual([CONTINUE, CONTINUE, DISCARD], [verdict.reply for verdict in replies])
                self.assertIn("Cadence-Ticket", [edit.name for edit in replies[0].edits if edit.kind == "change"])
                self.assertEqual(1, len(self.site.held(address)))
