"""What the end-to-end tests share: one site for each class of tests, and a bank to tell stories about."""

import unittest

import harness
import mail

CRM = "news@crm.bank.example"  # a trusted stream, personalised
SHOP = "offers@shop.bank.example"  # an untrusted stream of sales mail
STAFF = "jan@bank.example"  # people: tagged and counted, never touched
STRANGER = "somebody@elsewhere.example"  # no stream of ours

DAY = 86400

STREAMS = """
defaults { timezone = "Europe/Warsaw"  locale = "pl"  unknown_customer = "enroll" }
not_customers = {"*@bank.example", "*@crm.bank.example"}

stream "crm" { sender = {"*@crm.bank.example"}  trust = true  personalize = true }
stream "shop" { sender = {"*@shop.bank.example"}  class = "sales" }
stream "staff" { sender = {"*@bank.example"}  enforce = false  class = "sales" }

topic "security" { class = "relational"  exempt = true  counts = false }
topic "invoice" { class = "relational"  exempt = true }
topic "loans" { class = "sales" }

attribute "first_name" { sensitivity = 0 }
attribute "country" { sensitivity = 0 }
comfort { default = 1 }
"""

TWO_A_WEEK = """
policy "default" {
  cap "sales a week" { class = "sales"  limit = 2  window = "7d" }
  over = {"rewrite", "hold"}
  hold { max = "14d"  then = "drop" }
}
"""

SALES = ("Cadence-Class: sales",)
RELATIONAL = ("Cadence-Class: relational",)
SECURITY = ("Cadence-Topic: security",)


class Story(unittest.TestCase):
    """Tests that share one site. `config` is its streams, topics and policies."""

    config = STREAMS + TWO_A_WEEK
    inet = False
    store = None

    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(cls.config, inet=cls.inet, store=cls.store)
        cls.addClassCleanup(cls.site.stop)
        cls.site.start()

    def send_sales(self, address, sender=CRM, **options):
        """Sends one sales message and returns its reply."""
        return self.site.send(sender, address, mail.compose(sender, address, headers=SALES, **options))

    def fill_cap(self, address):
        """Uses up what the cap of two sales messages allows."""
        for _ in range(2):
            self.assertEqual(250, self.send_sales(address).code)
        return self.site.sink.wait_for(address, 2)

    def assert_only_tagged(self, original, delivered, mail_class):
        """Every byte of the original is there, its Cadence- fields replaced by our two tags, and nothing else."""
        received = mail.without_trace(delivered.raw)
        self.assertEqual(mail.without_cadence(original), mail.without_cadence(received))
        names = [name for name, _ in mail.cadence_fields(received)]
        self.assertEqual(["Cadence-Class", "Cadence-Id"], names)
        self.assertEqual(mail_class, mail.cadence_fields(received)[0][1])

    def assert_envelope(self, delivered, parameters, recipient_parameters):
        """The ESMTP parameters arrived as the sender gave them; SIZE belongs to one hop."""
        self.assertEqual(parameters, {name: value for name, value in delivered.parameters.items() if name != "SIZE"})
        self.assertEqual(recipient_parameters, delivered.recipient_parameters)

    def assert_nothing_for(self, address):
        """Once all mail has come to rest, nothing has reached this address."""
        self.site.settle()
        self.assertEqual([], self.site.sink.deliveries(address))


def cadence_id(delivered):
    """The Cadence-Id of a delivered message."""
    return dict(mail.cadence_fields(delivered.raw))["Cadence-Id"]
