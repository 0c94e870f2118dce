"""Mail that is a name and some data when it comes in, and a letter when it goes out."""

import os

import mail
from story import CRM, DAY, STREAMS, Story

POLICY = """
templates = "templates"
topic "tips" { class = "relational" }
topic "savings" { class = "sales" }
policy "default" {
  cap "sales a week" { class = "sales"  limit = 1  window = "7d" }
  cap "tips a month" { topic = "tips"  limit = 1  window = "30d" }
  over = {"rewrite", "hold"}
  hold { max = "14d"  then = "drop" }
}
"""

FILES = {
    "tips/template.conf": 'class = "relational"\n',
    "tips/pl.txt": 'Subject: Cześć, {{customer.first_name | default: "Kliencie"}}\n\nRada: {{message.tip}}\n{{> footer}}\n',
    "tips/pl.html": '<p title="{{customer.first_name}}">Rada: {{message.tip}}, {{customer.first_name}}</p>\n',
    "tips/en.txt": 'Subject: Hello, {{customer.first_name | default: "there"}}\n\nTip: {{message.tip}}\n{{> footer}}\n',
    "offer/template.conf": 'topic = "savings"\n',
    "offer/pl.txt": "Subject: Oferta dla: {{customer.first_name}}\n\nKup, {{customer.first_name}}!\n",
    "saving/template.conf": 'topic = "savings"\nfallback = "instead"\n',
    "saving/pl.txt": "Subject: Oszczędzaj\n\nKup!\n",
    "instead/template.conf": 'topic = "tips"\n',
    "instead/pl.txt": "Subject: Porada\n\nDobra rada.\n",
    "partials/footer.txt": "Twój bank\n",
    "partials/footer.en.txt": "Your bank\n",
}

NASTY = ("Eve\r\nBcc: mallory@mail.example\r\n\r\nBuy", "</p><script>x</script>", '" onload="x', "{{message.tip}}", "=?utf-8?Q?x?=", "--x--")


def ask(recipient, template, body="", *headers):
    """A message that asks for a template."""
    return mail.compose(CRM, recipient, subject="x", text=body, headers=(f"Cadence-Template: {template}", *headers))


class Templates(Story):

    config = STREAMS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, text in FILES.items():
            path = f"{cls.site.root}/conf/templates/{name}"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        cls.site.write_config(cls.config + POLICY)
        cls.site.move_clock(0)

    def send(self, recipients, *request):
        """Asks for a template; the reply must be 250."""
        recipients = [recipients] if isinstance(recipients, str) else recipients
        reply = self.site.send(CRM, recipients, ask(recipients[0], *request))
        self.assertEqual(250, reply.code, reply.text)

    def subject(self, address, count=1):
        return mail.parse(self.site.sink.wait_for(address, count)[-1].raw)["Subject"]

    def test_each_recipient_reads_their_own_language(self):
        polish, english = "lucja@mail.example", "ann@mail.example"
        self.site.enrol({"id": "L", "address": polish, "first_name": "Łucja", "locale": "pl-PL"},
                        {"id": "A", "address": english, "first_name": "Ann", "locale": "en"})
        self.send([polish, english], "tips", '{"tip": "śpij"}')
        self.assertEqual("Cześć, Łucja", self.subject(polish))
        self.assertEqual("Hello, Ann", self.subject(english))
        raw = self.site.sink.wait_for(polish)[0].raw
        self.assertEqual("multipart/alternative", mail.parse(raw).get_content_type())
        self.assertEqual(["Rada: śpij", "Twój bank"], mail.text_of(raw).splitlines()[:2])
        self.assertEqual("<p title=\"Łucja\">Rada: śpij, Łucja</p>", mail.text_of(raw, "html").strip())
        self.assertIn("Your bank", mail.text_of(self.site.sink.wait_for(english)[0].raw))
        self.assertEqual(CRM, mail.parse(raw)["From"].addresses[0].addr_spec)
        self.assertEqual(["Cadence-Class", "Cadence-Id"], [name for name, _ in mail.cadence_fields(raw)])

    def test_what_waits_is_filled_when_it_goes(self):
        address = "ewa@mail.example"
        self.site.enrol({"id": "E", "address": address, "first_name": "Ewa"})
        self.send(address, "offer")
        self.assertEqual("Oferta dla: Ewa", self.subject(address))
        self.send(address, "offer")
        self.site.settle()
        self.assertEqual(1, len(self.site.held(address)))
        self.site.ctl("customer", "set", "E", "first_name=Ewelina")
        with open(f"{self.site.root}/conf/templates/offer/pl.txt", "w") as file:
            file.write("Subject: Nowe dla: {{customer.first_name}}\n\nTekst.\n")
        self.site.move_clock(7 * DAY + 60)
        self.assertEqual("Nowe dla: Ewelina", self.subject(address, 2))

    def test_a_stand_in_goes_where_the_offer_may_not(self):
        address = "ola@mail.example"
        self.send(address, "saving")
        self.assertEqual("Oszczędzaj", self.subject(address))
        self.send(address, "saving")
        self.assertEqual("Porada", self.subject(address, 2))
        raw = self.site.sink.wait_for(address, 2)[-1].raw
        self.assertEqual("relational", dict(mail.cadence_fields(raw))["Cadence-Class"])
        [verdict] = self.site.json("explain", dict(mail.cadence_fields(raw))["Cadence-Id"])["verdicts"]
        self.assertEqual("instead", verdict["receipt"]["fallback"])
        self.assertEqual(["sales a week"], [reason["name"] for reason in verdict["receipt"]["reasons"]])
        self.send(address, "saving")
        self.site.settle()
        self.assertEqual(1, len(self.site.held(address)))

    def test_a_missing_value_waits_for_its_author(self):
        address = "nameless@mail.example"
        self.send(address, "offer")
        self.site.settle()
        [held] = self.site.held(address)
        self.assertEqual([("placeholder", "customer.first_name")], [(r["rule"], r["name"]) for r in held["reasons"]])
        self.assertEqual([], self.site.sink.deliveries(address))

    def test_what_cannot_be_met_is_refused(self):
        for template, body, found in (("none", "", "there are instead, offer, saving, tips"), ("tips", '{"tip": }', "line 1, column 9")):
            reply = self.site.send(CRM, "jan@mail.example", ask("jan@mail.example", template, body))
            self.assertEqual((550, "5.6.0"), (reply.code, reply.status))
            self.assertIn(found, reply.text)

    def test_no_value_adds_anything_but_itself(self):
        for number, name in enumerate(NASTY):
            address = f"nasty{number}@mail.example"
            with self.subTest(name=name):
                self.site.enrol({"id": f"N{number}", "address": address, "first_name": name})
                self.send(address, "tips", '{"tip": "a\\r\\nBcc: x@mail.example"}')
                message = mail.parse(self.site.sink.wait_for(address)[0].raw)
                self.assertEqual("Cześć, " + " ".join(name.split()), " ".join(message["Subject"].split()))
                self.assertIsNone(message["Bcc"])
                plain, rich = message.iter_parts()
                self.assertEqual(2, len(plain.get_content().splitlines()))
                self.assertNotIn("<script", rich.get_content())
                self.assertEqual(2, rich.get_content().count('"'))
