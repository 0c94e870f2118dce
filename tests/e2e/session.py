"""What the tests share that are the mail server themselves: one milter for each class, and a message that shows mix-ups."""

import unittest

import harness
import mail
from milter_client import ALL_PROTOCOL, CONTINUE, MilterClient
from story import CRM, RELATIONAL, STREAMS, TWO_A_WEEK

GREETING = "Dear {{customer.id}}, this is number {}.\n"


def greeting(address, number=0, headers=RELATIONAL):
    """A message that names its reader and a number, and so shows when it is mixed up with another."""
    return mail.compose(CRM, address, text=GREETING.replace("{}", str(number)), headers=headers)


def greeted(address, number=0):
    """The body in which that message arrives."""
    return f"Dear {address}, this is number {number}.\r\n".encode()


class Session(unittest.TestCase):
    """Tests that share one milter and its store."""

    config = STREAMS + TWO_A_WEEK

    @classmethod
    def setUpClass(cls):
        cls.site = harness.MilterAlone(cls.config)
        unittest.addModuleCleanup(cls.site.stop)
        cls.addClassCleanup(cls.site.milter.terminate)  # libmilter takes five seconds to stop: all do it at once
        cls.site.start()

    def negotiate(self, **offer):
        client = MilterClient(self.site.milter_address, **offer)
        self.addCleanup(client.cut)
        return client.negotiate()

    def connect(self, protocol=ALL_PROTOCOL, **origin):
        """A connection on which a message may begin; the server offers so much of the protocol."""
        client = self.negotiate(protocol=protocol)
        client.connect(**origin)
        client.helo()
        return client

    def assert_served(self, client, address, number=0):
        """A message to this address is judged as it should be, whatever was said before it."""
        verdict = client.message(CRM, [address], greeting(address, number))
        self.assert_greeted(verdict, address, number)

    def assert_greeted(self, verdict, address, number=0):
        self.assertEqual((CONTINUE, greeted(address, number)), (verdict.reply, verdict.body))
        self.assertEqual({"Cadence-Class", "Cadence-Id"}, set(verdict.added()))
        self.assertEqual([], verdict.deleted())

    def assert_in_scope(self, verdict):
        self.assertEqual((CONTINUE, ["Cadence-Class", "Cadence-Id"]), (verdict.reply, list(verdict.added())))

    def assert_not_ours(self, verdict):
        self.assertEqual((CONTINUE, []), (verdict.reply, verdict.edits))
