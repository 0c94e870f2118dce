"""What a message is, where nobody says it or what is said is not true: read from the text, believed where it is certain, and left to a
person where it is not."""

import signal

import mail
from loopback import wait_until
from story import Story, cadence_id

AUTO = "hello@auto.bank.example"  # its texts are read
TRUSTED = "hello@trusted.bank.example"  # declares what it likes
CHECKED = "hello@checked.bank.example"  # declares, and is not simply believed
UNSURE = "hello@unsure.bank.example"  # what is uncertain waits for a person

CONFIG = """
defaults { timezone = "Europe/Warsaw"  locale = "en"  unknown_customer = "enroll" }
stream "auto" { sender = {"*@auto.bank.example"} }
stream "trusted" { sender = {"*@trusted.bank.example"}  trust = true }
stream "checked" { sender = {"*@checked.bank.example"}  trust = true  verify = true }
stream "unsure" { sender = {"*@unsure.bank.example"}  uncertain = "hold" }
topic "invoice" { class = "relational"  exempt = true }
policy "default" {
  cap "sales a week" { class = "sales"  limit = 2  window = "7d" }
  hold { max = "14d"  then = "drop" }
}
"""

OFFER = """Hello Anna,

Our spring sale starts today: 30% off everything in the shop until Sunday! Use the code SPRING30 at the checkout and save up to $120.
Don't miss out, this offer ends soon.

Shop now: https://shop.example/sale

You receive this newsletter because you subscribed. Unsubscribe: https://shop.example/unsubscribe
"""
INVOICE = """Dear Anna,

please find attached invoice no. 2026/11/0042 of 22 November 2026.

Amount due: EUR 48.20
Due date: 6 December 2026
Customer number: 4711

Please pay by bank transfer to the account stated on the invoice.
"""
CODE = """Your one-time verification code is 482913. It expires in 10 minutes. Never share this code with anyone.

If you did not try to sign in, please change your password."""
HAZY = "See below.\n"

SALE = {"subject": "30% off everything: spring sale ends Sunday", "text": OFFER}
BILL = {"subject": "Invoice 2026/11/0042", "text": INVOICE}
ONE_TIME = {"subject": "Your verification code: 482913", "text": CODE}


class Classes(Story):
    config = CONFIG

    def send(self, sender, address, headers=(), **message):
        raw = mail.compose(sender, address, headers=headers, **message)
        self.assertEqual(250, self.site.send(sender, address, raw).code)

    def arrive(self, address, count):
        return self.site.sink.wait_for(address, count)[count - 1]

    def assert_class(self, expected, delivered):
        self.assertIn(f"Cadence-Class: {expected}\r\n".encode(), delivered.raw)

    def fill_cap(self, address):
        for _ in range(2):
            self.send(AUTO, address, **SALE)
        self.assert_class("sales", self.arrive(address, 2))

    def reviews(self, **wanted):
        """What waits for a person, of entries with these values."""
        return [entry for entry in self.site.json("classify", "review")["review"]
                if all(entry[key] == value for key, value in wanted.items())]

    def test_offers_nobody_declared_meet_the_cap_and_an_invoice_does_not(self):
        self.fill_cap("anna@mail.example")
        self.send(AUTO, "anna@mail.example", **SALE)
        self.send(AUTO, "anna@mail.example", **BILL)
        self.assert_class("relational", self.arrive("anna@mail.example", 3))
        [held] = self.site.held("anna@mail.example")
        self.assertEqual(("sales", "cap"), (held["class"], held["reasons"][0]["rule"]))

    def test_a_false_declaration_stands_and_is_reported(self):
        self.fill_cap("boris@mail.example")
        self.send(TRUSTED, "boris@mail.example", headers=("Cadence-Class: relational",), **SALE)
        delivered = self.arrive("boris@mail.example", 3)
        self.assert_class("relational", delivered)
        [review] = self.reviews(message=cadence_id(delivered))
        self.assertEqual(("contradicted", "relational", "sales"), (review["doubt"], review["declared"], review["class"]))
        self.assertIn("declared relational, reads as sales", self.site.milter.log())
        [verdict] = self.site.json("explain", review["message"])["verdicts"]
        self.assertEqual("contradicted", verdict["receipt"]["message"]["doubt"]["kind"])

    def test_with_verify_it_counts_as_sales_and_no_topic_exempts_it(self):
        self.fill_cap("celia@mail.example")
        self.send(CHECKED, "celia@mail.example", headers=("Cadence-Topic: invoice",), **SALE)
        self.send(CHECKED, "celia@mail.example", headers=("Cadence-Topic: invoice",), **BILL)
        self.assert_class("relational", self.arrive("celia@mail.example", 3))
        [held] = self.site.held("celia@mail.example")
        self.assertEqual(("sales", "invoice"), (held["class"], held["topic"]))
        self.assertEqual(1, len(self.reviews(message=held["id"].partition(".")[0], doubt="contradicted")))

    def test_a_persons_word_stands_above_a_declaration(self):
        self.fill_cap("gerd@mail.example")
        tips = {"subject": "Gifts they will love, now 40% off", "text": OFFER, "headers": ("Cadence-Topic: invoice",)}
        self.send(TRUSTED, "gerd@mail.example", **tips)
        delivered = self.arrive("gerd@mail.example", 3)
        self.site.ctl("classify", "label", cadence_id(delivered), "sales")
        self.send(TRUSTED, "gerd@mail.example", **tips)
        self.site.settle()
        [held] = self.site.held("gerd@mail.example")
        self.assertEqual(("sales", "cap"), (held["class"], held["reasons"][0]["rule"]))

    def test_a_security_code_is_never_held_as_sales(self):
        self.fill_cap("dora@mail.example")
        self.send(CHECKED, "dora@mail.example", headers=("Cadence-Class: sales",), **ONE_TIME)
        self.assert_class("relational", self.arrive("dora@mail.example", 3))
        self.send(UNSURE, "dora@mail.example", **ONE_TIME)
        self.assert_class("relational", self.arrive("dora@mail.example", 4))

    def test_what_the_text_does_not_tell_waits_for_a_person(self):
        self.send(UNSURE, "emil@mail.example", subject="About tomorrow", text=HAZY)
        self.send(UNSURE, "fenna@mail.example", subject="About tomorrow", text=HAZY)
        self.site.settle()
        self.assert_nothing_for("emil@mail.example")
        [review] = self.reviews(stream="unsure")
        self.assertEqual(("uncertain", 2, 2), (review["doubt"], review["count"], review["held"]))
        self.site.ctl("classify", "label", review["id"], "relational")
        for address in ("emil@mail.example", "fenna@mail.example"):
            self.assert_class("relational", self.arrive(address, 1))
        self.send(UNSURE, "hania@mail.example", subject="About tomorrow", text=HAZY)
        self.assert_class("relational", self.arrive("hania@mail.example", 1))
        self.assertEqual([], self.reviews(stream="unsure"))

    def test_a_broken_model_is_not_loaded_and_the_old_one_stays(self):
        with open(f"{self.site.root}/model", "w", encoding="ascii") as model:
            model.write("nonsense\n")
        self.addCleanup(self.site.write_config, self.config)
        said = len(self.site.milter.log())
        self.site.write_config(f'{self.config}\nclassify {{ model = "{self.site.root}/model" }}\n')
        self.assertEqual(1, self.site.run("check").returncode)
        self.site.milter.process.send_signal(signal.SIGUSR1)
        wait_until(lambda: "/model:" in self.site.milter.log()[said:], 10, "the milter to name the fault")
        self.send(AUTO, "igor@mail.example", **BILL)
        self.assert_class("relational", self.arrive("igor@mail.example", 1))
