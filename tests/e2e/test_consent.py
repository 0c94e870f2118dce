"""Whoever says no gets no more of it: not from the next message on, and not what already waits."""

import datetime

import mail
from loopback import wait_until
from story import CRM, DAY, RELATIONAL, SALES, SECURITY, STAFF, STREAMS, TWO_A_WEEK, Story

LOANS = ("Cadence-Topic: loans",)
NEEDS_CONSENT = STREAMS.replace('topic "loans" { class = "sales" }', 'topic "loans" { class = "sales"  consent = "marketing" }')


class Consent(Story):

    config = NEEDS_CONSENT + TWO_A_WEEK

    def send(self, address, headers, sender=CRM):
        """Sends one message and returns its reply."""
        return self.site.send(sender, address, mail.compose(sender, address, headers=headers))

    def hold_an_offer(self, address):
        """Grants, fills the cap, and returns the row of the one that waits."""
        self.site.enrol({"id": address.split("@")[0], "address": address})
        self.site.json("consent", "grant", address, "marketing")
        for _ in range(3):
            self.assertEqual(250, self.send(address, LOANS).code)
        self.site.sink.wait_for(address, 2)
        self.site.settle()
        [held] = self.site.held(address)
        return held

    def in_days(self, days):
        """RFC 3339, so many days from the site's clock."""
        at = datetime.datetime.fromtimestamp(self.site.now() + days * DAY, datetime.timezone.utc)
        return at.isoformat(timespec="seconds")

    def assert_ended(self, held, name, delivered=2):
        """It is gone at once, though the rules still hold it; explain says why, and nobody got it."""
        wait_until(lambda: not self.site.held(held["address"]), 10, "the held message to end")
        self.site.settle()
        self.assertEqual(delivered, len(self.site.sink.deliveries(held["address"])))
        last = self.site.json("explain", held["id"])["verdicts"][-1]
        self.assertEqual("drop", last["action"])
        self.assertEqual([("consent", name)], [(r["rule"], r["name"]) for r in last["receipt"]["reasons"]])

    def test_a_withdrawal_ends_what_is_held(self):
        held = self.hold_an_offer("anna@mail.example")
        self.site.json("consent", "withdraw", "anna@mail.example", "marketing")
        self.assert_ended(held, "marketing")
        self.assertIn('there is no consent to "marketing"', self.site.ctl("explain", held["id"]))
        reply = self.send("anna@mail.example", LOANS)
        self.assertEqual(550, reply.code)
        self.assertIn("marketing", reply.text)

    def test_a_withdrawal_ends_what_only_waits_for_a_day(self):
        address = "emil@mail.example"
        self.site.enrol({"id": "emil", "address": address, "paused_until": self.in_days(3)})
        self.site.json("consent", "grant", address, "marketing")
        self.assertEqual(250, self.send(address, LOANS).code)
        [held] = self.site.held(address)
        self.assertEqual(["own"], [reason["rule"] for reason in held["reasons"]])
        self.site.json("consent", "withdraw", address, "marketing")
        self.assert_ended(held, "marketing", delivered=0)

    def test_an_objection_ends_what_is_held_and_stops_every_offer(self):
        held = self.hold_an_offer("boris@mail.example")
        self.site.json("consent", "object", "boris@mail.example")
        self.assert_ended(held, "objection")
        self.assertIn("the customer has objected to sales mail", self.site.ctl("explain", held["id"]))
        for headers in (SALES, LOANS):
            reply = self.send("boris@mail.example", headers)
            self.assertEqual(550, reply.code)
            self.assertIn("objected", reply.text)

    def test_an_objection_stops_nothing_else_and_a_new_consent_ends_it(self):
        address = "celia@mail.example"
        self.site.enrol({"id": "celia", "address": address})
        self.site.json("consent", "object", address)
        for headers, sender in ((RELATIONAL, CRM), (SECURITY, CRM), ((), STAFF)):
            self.assertEqual(250, self.send(address, headers, sender).code)
        self.site.sink.wait_for(address, 3)
        self.assertEqual(550, self.send(address, SALES).code)
        self.assertEqual(1, self.site.run("consent", "grant", address, "marketing", "--basis", "soft_optin", "--sale", "17").returncode)
        self.assertEqual(550, self.send(address, SALES).code)
        self.site.json("consent", "grant", address, "marketing", "--wording", "v2")
        self.assertEqual(250, self.send(address, SALES).code)
        self.site.sink.wait_for(address, 4)

    def test_a_soft_opt_in_lets_offers_pass_until_it_is_withdrawn(self):
        address = "dora@mail.example"
        self.site.enrol({"id": "dora", "address": address})
        self.assertEqual(550, self.send(address, LOANS).code)
        self.site.json("consent", "grant", address, "marketing", "--basis", "soft_optin", "--sale", "order 17")
        self.assertEqual(250, self.send(address, LOANS).code)
        self.site.sink.wait_for(address, 1)
        self.site.json("consent", "withdraw", address, "marketing")
        self.assertEqual(550, self.send(address, LOANS).code)
