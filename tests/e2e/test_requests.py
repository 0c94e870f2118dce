"""What a stream may ask for, and what it hears when it asks badly."""

import datetime

import mail
from story import CRM, SALES, SHOP, Story

MALFORMED = (
    ("Cadence-Class: promo",),
    ("Cadence-Class: sales", "Cadence-Class: relational"),
    ("Cadence-Topic: two words",),
    ("Cadence-Priority: 101",),
    ("Cadence-Priority: high",),
    ("Cadence-Expires: soon",),
    ("Cadence-Requires: customer.tier =",),
    ("Cadence-Personalize: maybe",),
    ("Cadence-Context: [1, 2",),
)


class Requests(Story):

    def test_a_malformed_request_is_refused_by_name(self):
        for headers in MALFORMED:
            with self.subTest(headers):
                reply = self.site.send(CRM, "anna@mail.example", mail.compose(CRM, "anna@mail.example", headers=headers))
                self.assertEqual((550, "5.6.0"), (reply.code, reply.status))
                self.assertIn(headers[-1].split(":")[0], reply.text)
        self.assert_nothing_for("anna@mail.example")

    def test_from_an_untrusted_stream_it_is_removed_and_logged(self):
        original = mail.compose(SHOP, "boris@mail.example", headers=("Cadence-Class: promo",))
        self.assertEqual(250, self.site.send(SHOP, "boris@mail.example", original).code)
        self.assert_only_tagged(original, self.site.sink.wait_for("boris@mail.example")[0], "sales")
        self.assertRegex(self.site.milter.log(), f"{SHOP}.*Cadence- fields of an untrusted stream")

    def test_what_would_expire_in_custody_is_refused_with_the_instant(self):
        self.fill_cap("celia@mail.example")
        tomorrow = datetime.datetime.fromtimestamp(self.site.now() + 86400, datetime.timezone.utc)
        headers = (*SALES, f"Cadence-Expires: {tomorrow.isoformat(timespec='seconds')}")
        reply = self.site.send(CRM, "celia@mail.example", mail.compose(CRM, "celia@mail.example", headers=headers))
        self.assertEqual(550, reply.code)
        self.assertRegex(reply.text, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
        self.assertEqual([], self.site.held("celia@mail.example"))

    def test_what_has_expired_is_dropped(self):
        headers = (*SALES, "Cadence-Expires: Mon, 05 Jan 2026 09:00:00 +0100")
        self.assertEqual(250, self.site.send(CRM, "dora@mail.example", mail.compose(CRM, "dora@mail.example", headers=headers)).code)
        self.assert_nothing_for("dora@mail.example")
        self.assertEqual([], self.site.held("dora@mail.example"))
