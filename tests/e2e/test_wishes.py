"""What happens to a customer, and what they wish for themselves, holds and frees mail at once."""

import datetime

import mail
from story import CRM, RELATIONAL, STREAMS, Story

RULES = """
policy "default" {
  gate "after a complaint" { event = "complaint"  until = "resolved"  cool = "1s"  class = "sales" }
  first { relational = 1 }
  over = {"hold"}
  hold { max = "7d"  then = "drop" }
}
"""


class Wishes(Story):

    config = STREAMS + RULES

    def welcome(self, address):
        """A first relational message, on whose ground sales may follow."""
        letter = mail.compose(CRM, address, headers=RELATIONAL)
        self.assertEqual(250, self.site.send(CRM, address, letter).code)
        return self.site.sink.wait_for(address, 1)

    def test_without_ground_an_offer_is_refused_with_the_reason(self):
        reply = self.send_sales("adam@mail.example")
        self.assertEqual(550, reply.code)
        self.assertIn("first", reply.text)

    def test_a_complaint_stops_offers_and_its_resolution_lets_them_pass(self):
        self.welcome("beata@mail.example")
        self.site.json("event", "add", "beata@mail.example", "complaint")
        reply = self.send_sales("beata@mail.example")
        self.assertEqual(550, reply.code)
        self.assertIn("after a complaint", reply.text)
        self.site.json("event", "add", "beata@mail.example", "resolved", "--at", "2026-01-01T00:00:00+00:00")
        self.assertEqual(550, self.send_sales("beata@mail.example").code)  # resolved before the complaint: something else was
        self.site.json("event", "add", "beata@mail.example", "resolved")
        self.assertEqual(250, self.send_sales("beata@mail.example").code)
        self.site.sink.wait_for("beata@mail.example", 2)

    def test_who_pauses_gets_nothing_until_they_end_it(self):
        self.welcome("cezary@mail.example")
        self.site.json("customer", "set", "cezary@mail.example", "paused_until=" + self.in_days(3))
        letter = mail.compose(CRM, "cezary@mail.example", headers=RELATIONAL)
        self.assertEqual(250, self.site.send(CRM, "cezary@mail.example", letter).code)
        [held] = self.site.held("cezary@mail.example")
        self.assertEqual(["own"], [reason["rule"] for reason in held["reasons"]])
        self.site.json("customer", "set", "cezary@mail.example", "paused_until=")
        self.assert_only_tagged(letter, self.site.sink.wait_for("cezary@mail.example", 2)[1], "relational")

    def test_a_cap_of_their_own_tightens(self):
        self.welcome("diana@mail.example")
        self.site.json("customer", "set", "diana@mail.example", "limits=any 1/7d")
        self.assertEqual(250, self.send_sales("diana@mail.example").code)
        [held] = self.site.held("diana@mail.example")
        self.assertEqual([("own", 1, 1)], [(r["rule"], r["have"], r["limit"]) for r in held["reasons"]])

    def in_days(self, days):
        """RFC 3339, so many days from the site's clock."""
        at = datetime.datetime.fromtimestamp(self.site.now() + days * 86400, datetime.timezone.utc)
        return at.isoformat(timespec="seconds")
