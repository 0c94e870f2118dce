"""Every customer's own name in every place a name can stand, and nothing but the name."""

import base64
import html
import quopri

import mail
from story import CRM, Story

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
