"""What every message carries when it leaves, and what no message ever does."""

import mail
from story import CRM, SHOP, STAFF, STRANGER, RELATIONAL, SALES, Story, cadence_id


class Tagging(Story):

    def test_a_message_that_passes_gets_two_tags_and_nothing_else(self):
        original = mail.compose(CRM, "anna@mail.example", headers=RELATIONAL)
        self.assertEqual(250, self.site.send(CRM, "anna@mail.example", original).code)
        self.assert_only_tagged(original, self.site.sink.wait_for("anna@mail.example")[0], "relational")

    def test_the_requests_of_a_trusted_stream_do_not_leave(self):
        requests = (*SALES, "Cadence-Topic: loans", "Cadence-Campaign: spring", "CADENCE-priority: 70", "Cadence-Personalize: no")
        original = mail.compose(CRM, "boris@mail.example", headers=requests)
        self.assertEqual(250, self.site.send(CRM, "boris@mail.example", original).code)
        self.assert_only_tagged(original, self.site.sink.wait_for("boris@mail.example")[0], "sales")

    def test_an_untrusted_stream_asks_in_vain_and_its_forgeries_are_removed(self):
        forged = (*RELATIONAL, "Cadence-Id: mine", "cadence-ticket: 1 2\n\t3", "Cadence-Nonsense: x")
        original = mail.compose(SHOP, "celia@mail.example", headers=forged)
        self.assertEqual(250, self.site.send(SHOP, "celia@mail.example", original).code)
        delivered = self.site.sink.wait_for("celia@mail.example")[0]
        self.assert_only_tagged(original, delivered, "sales")
        self.assertNotEqual("mine", cadence_id(delivered))

    def test_mail_of_no_stream_is_untouched_to_the_byte(self):
        original = mail.compose(STRANGER, "dora@mail.example", text="Hello {{customer.first_name}}\n.\n..dots\nno newline at the end")
        self.assertEqual(250, self.site.send(STRANGER, "dora@mail.example", original).code)
        delivered = self.site.sink.wait_for("dora@mail.example")[0]
        self.assertEqual(original + b"\r\n", mail.without_trace(delivered.raw))

    def test_even_mail_of_no_stream_loses_forged_tags(self):
        forged = ("Cadence-Class: sales", "Cadence-Id: mine", "Cadence-Ticket: 1 2 3")
        original = mail.compose(STRANGER, "emil@mail.example", headers=forged)
        self.assertEqual(250, self.site.send(STRANGER, "emil@mail.example", original).code)
        delivered = self.site.sink.wait_for("emil@mail.example")[0]
        self.assertEqual(mail.without_cadence(original), mail.without_trace(delivered.raw))

    def test_staff_mail_is_tagged_never_touched(self):
        original = mail.compose(STAFF, "fenna@mail.example", text="Hello {{customer.first_name}}\n")
        self.assertEqual(250, self.site.send(STAFF, "fenna@mail.example", original).code)
        self.assert_only_tagged(original, self.site.sink.wait_for("fenna@mail.example")[0], "sales")

    def test_a_signed_message_keeps_every_signed_byte(self):
        for address, original in (("gerd@mail.example", multipart_signed()), ("hania@mail.example", dkim_signed())):
            with self.subTest(address):
                self.assertEqual(250, self.site.send(CRM, address, original).code)
                self.assert_only_tagged(original, self.site.sink.wait_for(address)[0], "relational")


def multipart_signed():
    """A message as PGP/MIME signs it; its text looks like a template."""
    return mail.crlf("""From: <news@crm.bank.example>
To: <gerd@mail.example>
Date: Mon, 02 Nov 2026 09:00:00 +0100
Message-ID: <signed@bank.example>
Cadence-Class: relational
Subject: For {{customer.first_name}}
MIME-Version: 1.0
Content-Type: multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature"; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

Dear {{customer.first_name}}, {{#sales}}buy{{/sales}} this.

--b
Content-Type: application/pgp-signature

-----BEGIN PGP SIGNATURE-----
aGVsbG8=
-----END PGP SIGNATURE-----
--b--
""")


def dkim_signed():
    """A message that somebody signed before us."""
    return mail.compose(CRM, "hania@mail.example", subject="For {{customer.first_name}}", text="{{#sales}}buy{{/sales}} this\n", headers=(
        *RELATIONAL, "DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s1; h=from:subject;", "\tbh=aGVsbG8=; b=aGVsbG8="))
