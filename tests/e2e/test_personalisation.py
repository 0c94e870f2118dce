"""Every customer's own name in every place a name can stand, and nothing but the name."""

import base64
import html
import quopri

import mail
from story import CRM, SHOP, Story

NAMES = {
    "lukasz": "Łukasz",
    "olena": "Олена",
    "obrien": "O'Brien",
    "markup": "<b>x</b>",
    "crlf": "Eve\r\nBcc: mallory@mail.example\r\n\r\nBuy",
    "mustache": "{{customer.id}}",
    "quoted": 'Ann "=3D" & Co',
}

PLAIN = "Witaj {{customer.first_name}}!\nZażółć = gęślą jaźń.\n"
HTML = '<p title="{{customer.first_name}}">Witaj {{customer.first_name}}! Zażółć.</p>\n'


def encode(text, encoding):
    """A part's body in a Content-Transfer-Encoding, CRLF newlines."""
    raw = mail.crlf(text)
    if encoding == "base64":
        return base64.encodebytes(raw).replace(b"\n", b"\r\n").decode()
    if encoding == "quoted-printable":
        return quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n").decode()
    return raw.decode()


def letter(address, encoding):
    """A multipart/alternative message with the placeholder in the subject and both parts."""
    parts = "".join(
        f"--b\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{encode(text, encoding)}\r\n"
        for kind, text in (("plain", PLAIN), ("html", HTML)))
    head = mail.compose(CRM, address, subject="Dla {{customer.first_name}}", headers=("Cadence-Class: relational",))
    head = head.replace(b"text/plain; charset=utf-8", b'multipart/alternative; boundary="b"').partition(b"\r\n\r\n")[0]
    return head + b"\r\n\r\n" + (parts + "--b--\r\n").encode()


class Names(Story):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.enrol(*({"id": key, "address": f"{key}@mail.example", "first_name": name} for key, name in NAMES.items()))

    def test_each_name_in_subject_text_and_html_in_each_encoding(self):
        for count, encoding in enumerate(("8bit", "quoted-printable", "base64"), 1):
            for key, name in NAMES.items():
                with self.subTest(name=name, encoding=encoding):
                    original = letter(f"{key}@mail.example", encoding)
                    self.assertEqual(250, self.site.send(CRM, f"{key}@mail.example", original, ["BODY=8BITMIME"]).code)
                    raw = mail.without_trace(self.site.sink.wait_for(f"{key}@mail.example", count)[-1].raw)
                    self.assert_nothing_but_the_name(original, raw, name)

    def assert_nothing_but_the_name(self, original, raw, name):
        shown = " ".join(name.split())
        message = mail.parse(raw)
        self.assertEqual(f"Dla {shown}", " ".join(message["Subject"].split()))
        self.assertEqual(["Cadence-Class", "Cadence-Id"], [name for name, _ in mail.cadence_fields(raw)])
        self.assertEqual(*(mail.parse(mail.without_cadence(one)).keys() for one in (original, raw)))
        plain, rich = (mail.text_of(raw, kind).replace("\r\n", "\n") for kind in ("plain", "html"))
        self.assertEqual(" ".join(PLAIN.replace("{{customer.first_name}}", shown).split()), " ".join(plain.split()))
        self.assertEqual(PLAIN.count("\n"), plain.count("\n"))
        self.assertNotIn("<b>", rich)
        self.assertEqual(2, " ".join(html.unescape(rich).split()).count(shown))
        self.assertTrue(all(len(line) <= 998 for line in raw.split(b"\r\n")))

    def test_a_charset_that_cannot_hold_the_name_gives_way(self):
        address = "iryna@mail.example"
        self.site.enrol({"id": "iryna", "address": address, "first_name": "Ірина"})
        original = mail.compose(CRM, address, text="Hello {{customer.first_name}}\n")
        original = original.replace(b"charset=utf-8", b"charset=iso-8859-2").replace(b"Encoding: 8bit", b"Encoding: 7bit")
        self.assertEqual(250, self.site.send(CRM, address, original).code)
        self.assertEqual("Hello Ірина", mail.text_of(self.site.sink.wait_for(address)[0].raw).strip())

    def test_an_unfilled_placeholder_never_reaches_a_customer(self):
        address = "nameless@mail.example"
        original = mail.compose(CRM, address, subject="Dla {{customer.first_name}}")
        self.assertEqual(250, self.site.send(CRM, address, original).code)
        self.assert_nothing_for(address)
        [held] = self.site.held(address)
        self.assertIn("placeholder", [reason["rule"] for reason in held["reasons"]])

    def test_a_value_that_comes_frees_what_waits_for_it(self):
        address = "latecomer@mail.example"
        original = mail.compose(CRM, address, text="Hello {{customer.first_name}}\n")
        self.assertEqual(250, self.site.send(CRM, address, original).code)
        self.assert_nothing_for(address)
        self.site.ctl("customer", "set", address, "first_name=Żaneta")
        self.assertEqual("Hello Żaneta", mail.text_of(self.site.sink.wait_for(address)[0].raw).strip())
        self.site.settle()
        self.assertEqual([], self.site.held(address))

    def test_what_is_held_for_an_erased_customer_never_leaves(self):
        address = "forgotten@mail.example"
        original = mail.compose(CRM, address, text="Hello {{customer.first_name}}\n")
        self.assertEqual(250, self.site.send(CRM, address, original).code)
        [held] = self.site.held(address)
        self.assertIn("{{customer.first_name}}", self.site.json("customer", "export", address)["held"][0]["mail"])
        self.assertEqual(1, self.site.json("customer", "erase", address)["erased"]["held"])
        self.site.enrol({"id": "newcomer", "address": address, "first_name": "Ewa"})
        self.assert_nothing_for(address)
        self.assertEqual(1, self.site.run("held", "show", held["id"]).returncode)

    def test_what_another_tool_left_is_told_and_goes(self):
        address = "merge@mail.example"
        original = mail.compose(CRM, address, text="Hello *|FNAME|*\n", headers=("Cadence-Class: relational",))
        self.assertEqual(250, self.site.send(CRM, address, original).code)
        self.assert_only_tagged(original, self.site.sink.wait_for(address)[0], "relational")
        self.assertIn("placeholders that the sender left unfilled: *|FNAME|*", self.site.logs())

    def test_a_default_serves_who_has_no_name(self):
        address = "stranger@mail.example"
        original = mail.compose(CRM, address, text='Hello {{customer.first_name | default: "there"}}\n')
        self.assertEqual(250, self.site.send(CRM, address, original).code)
        self.assertEqual("Hello there", mail.text_of(self.site.sink.wait_for(address)[0].raw).strip())

    def test_not_asked_for_it_is_left_alone(self):
        address = "literal@mail.example"
        original = mail.compose(CRM, address, text="{{customer.first_name}}\n",
                                headers=("Cadence-Personalize: no", "Cadence-Class: relational"))
        self.assertEqual(250, self.site.send(CRM, address, original).code)
        self.assert_only_tagged(original, self.site.sink.wait_for(address)[0], "relational")


class Strict(Story):
    """Where a placeholder of whatever tool holds a message."""

    config = "strict_placeholders = true\n" + Story.config

    def test_it_is_held_until_a_person_lets_it_go(self):
        for sender in (CRM, SHOP):
            with self.subTest(sender=sender):
                address = f"merge@{sender.partition('@')[2]}.mail.example"
                original = mail.compose(sender, address, subject="Hello %%first_name%%")
                self.assertEqual(250, self.site.send(sender, address, original).code)
                self.assert_nothing_for(address)
                [held] = self.site.held(address)
                self.assertEqual([("placeholder", "%%first_name%%")],
                                 [(reason["rule"], reason["name"]) for reason in held["reasons"]])
                self.site.json("held", "release", held["id"])
                self.assertEqual("Hello %%first_name%%", mail.parse(self.site.sink.wait_for(address)[0].raw)["Subject"])
