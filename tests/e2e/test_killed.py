"""kill -9, again and again, under load. An auditor counts what was promised and what came."""

import collections
import os
import random
import smtplib
import threading
import time

import mail
from loopback import wait_until
from story import CRM, DAY, SALES, STREAMS, Story

LONG = bool(os.environ.get("LONG"))
SECONDS = 60 if LONG else 15
LIMIT = 2
PATIENCE = 60  # seconds after the end in which the last message must find somebody who takes it


class Killer:
    """Kills a daemon every second, or as often as told, and starts it again, until told to stop."""

    def __init__(self, daemon, start, every=1):
        self.daemon, self.restart, self.every = daemon, start, every
        self.kills = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _run(self):
        while not self._done.wait(self.every):
            self.daemon.kill()
            self.kills += 1
            self.restart()


class Sender(threading.Thread):
    """An application that sends offers to random customers and repeats each until it hears 250."""

    def __init__(self, port, customers, until):
        super().__init__()
        self.port, self.customers, self.until = port, customers, until
        self.accepted = []  # (customer, message id)
        self.refusals = 0

    def run(self):
        while time.monotonic() < self.until:
            customer = random.choice(self.customers)
            raw = mail.compose(CRM, customer, headers=SALES)
            while self._offer(customer, raw) != 250:
                self.refusals += 1
                if time.monotonic() > self.until + PATIENCE:
                    return
                time.sleep(0.02)
            self.accepted.append((customer, mail.parse(raw)["Message-ID"]))

    def _offer(self, customer, raw):
        try:
            return mail.submit(self.port, CRM, [customer], raw).code
        except (smtplib.SMTPException, OSError):
            return None


def message_ids(deliveries):
    """How often each message was delivered."""
    return collections.Counter(mail.parse(delivered.raw)["Message-ID"] for delivered in deliveries)


class UnderLoad(Story):
    """Offers for everybody while something is killed again and again."""

    def send_while_killing(self, victim, start):
        customers = [f"customer{i}@mail.example" for i in range(40)]
        until = time.monotonic() + SECONDS
        senders = [Sender(self.site.postfix.entry_port, customers, until) for _ in range(6)]
        with Killer(victim, start) as killer:
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
        self.site.settle(60)
        self.assertGreater(killer.kills, SECONDS // 4)
        self.assertGreater(sum(sender.refusals for sender in senders), 0, "no message was ever interrupted")
        self.audit(senders)

    def audit(self, senders):
        """Everything that was promised is delivered or held, and nobody got more than the cap allows."""
        promised = collections.defaultdict(set)
        for sender in senders:
            for customer, message in sender.accepted:
                promised[customer].add(message)
        held = collections.Counter(row["address"] for row in self.site.held())
        for customer, messages in promised.items():
            with self.subTest(customer):
                delivered = message_ids(self.site.sink.deliveries(customer))
                self.assertLessEqual(set(delivered), messages)
                self.assertEqual(min(LIMIT, len(messages)), len(delivered))
                self.assert_copies(delivered.values())
                self.assertEqual(len(messages) - len(delivered), held[customer])

    def assert_copies(self, counts):
        """How often each message came."""
        self.assertEqual({1}, set(counts), "delivered twice")


class MilterKilled(UnderLoad):

    def test_what_was_promised_is_delivered_or_held_and_no_cap_is_exceeded(self):
        self.send_while_killing(self.site.milter, self.site.start_milter)


class PostfixKilled(UnderLoad):

    def test_what_was_promised_is_delivered_or_held_and_no_cap_is_exceeded(self):
        self.send_while_killing(self.site.postfix, self.site.postfix.start)

    def assert_copies(self, counts):
        """A mail server that dies between taking a message and saying so is given it again: that is SMTP's (RFC 5321, 6.1)."""


ONE_A_WEEK = """
policy "default" {
  cap "sales a week" { class = "sales"  limit = 1  window = "7d" }
  over = {"hold"}
  hold { max = "60d"  then = "drop" }
}
"""


CONNECTIONS = 16  # on which the planner hands over at once: what is under way on each of them may come twice


class PlannerKilled(Story):
    """Each customer has had the week's offer and three more are held; a week later one of them may go."""

    config = STREAMS + ONE_A_WEEK
    CUSTOMERS = 2000 if LONG else 400
    HELD = 3

    def test_nothing_is_lost_and_nobody_gets_more_than_one_a_week(self):
        self.fill_custody()
        self.site.stop_daemons()
        self.site.ahead = 8 * DAY
        self.site.start_milter()
        self.site.start_planner()
        with Killer(self.site.planner, self.site.start_planner, every=0.2) as killer:
            wait_until(lambda: len(self.site.held()) <= self.CUSTOMERS * (self.HELD - 1), 300, "the release")
        self.site.settle(120)
        self.audit(killer.kills)

    def fill_custody(self):
        self.site.enrol(*({"id": f"C{i}", "address": f"customer{i}@mail.example"} for i in range(self.CUSTOMERS)))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.site.record(*({"customer": f"C{i}", "at": now, "class": "sales"} for i in range(self.CUSTOMERS)))
        with mail.connect(self.site.postfix.entry_port) as client:
            for i in range(self.CUSTOMERS):
                for _ in range(self.HELD):
                    address = f"customer{i}@mail.example"
                    raw = mail.compose(CRM, address, headers=SALES)
                    self.assertEqual(250, mail.submit_on(client, CRM, [address], raw).code)
        self.assertEqual(self.CUSTOMERS * self.HELD, len(self.site.held()))

    def audit(self, kills):
        held = collections.Counter(row["address"] for row in self.site.held())
        duplicates = 0
        for i in range(self.CUSTOMERS):
            delivered = message_ids(self.site.sink.deliveries(f"customer{i}@mail.example"))
            with self.subTest(f"customer{i}"):
                self.assertEqual(1, len(delivered))
                self.assertEqual(self.HELD - 1, held[f"customer{i}@mail.example"])
            duplicates += sum(delivered.values()) - len(delivered)
        self.assertGreater(kills, 0, "the planner was done before it was killed")
        self.assertLessEqual(duplicates, kills * CONNECTIONS, "more duplicates than hand-overs that were cut off")


del UnderLoad  # only its kinds are run
