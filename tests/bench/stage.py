"""What is measured and what it is measured with: sites full of customers, the reference milter, generators of load."""

import contextlib
import glob
import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid

import harness
from loopback import accepts, free_port, wait_until
from postfix import Postfix

TOOLS = f"{harness.BUILD}/tests/bench"
SESSIONS = 20
SLOTS = 10  # of customers, by the last digit of their number: who was mailed in one run is not mailed in another
SENDER = "offers@crm.bank.example"

CONFIG = """
defaults { timezone = "Europe/Warsaw"  locale = "en"  unknown_customer = "enroll" }
not_customers = {"*@bank.example"}
company { name = "The Bank" }
stream "crm" { sender = {"*@crm.bank.example"}  trust = true  personalize = true }
topic "loans" { class = "sales"  consent = "marketing" }
attribute "first_name" { sensitivity = 0 }
attribute "city" { sensitivity = 1 }
comfort { default = 1 }
policy "default" {
  ratio { relational = 3  sales = 1  window = "30d" }
  cap "sales a week" { class = "sales"  limit = 2  window = "7d" }
  gap "between offers" { class = "sales"  min = "48h" }
  hours { days = "Mon-Sun"  from = "00:00"  until = "24:00" }
  over = {"rewrite", "hold"}
  hold { max = "7d"  then = "drop" }
}
policy "vip" {
  ratio { relational = 3  sales = 1  window = "30d" }
  cap "sales a week" { class = "sales"  limit = 2  window = "7d" }
  gap "between offers" { class = "sales"  min = "48h" }
  over = {"rewrite", "hold"}
  hold { max = "7d"  then = "drop" }
}
segment "vip" { when = "customer.tier = 'gold'"  policy = "vip" }
"""


# ---- sites ----

class Outside:
    """The world, as smtp-sink(1): it takes everything and keeps nothing."""

    def __init__(self):
        self.port = free_port()
        user = ["-u", "nobody"] if harness.is_root() else []
        self._process = subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{self.port}", "256"], stdin=subprocess.DEVNULL)
        wait_until(lambda: accepts(("127.0.0.1", self.port)), 10, "smtp-sink")

    def stop(self):
        self._process.terminate()
        self._process.wait()


class BenchSite(harness.Site):
    """A whole site that delivers to smtp-sink."""

    outside = Outside


class BenchMilter(harness.MilterAlone):
    """The milter alone."""

    outside = Outside


def populate(site, *arguments):
    """Fills the site's store, as the user whose it is."""
    user = {"user": harness.USER, "group": harness.USER, "extra_groups": []} if harness.is_root() else {}
    site.ctl("init")
    subprocess.run([f"{TOOLS}/populate", f"sqlite:{site.store}/cadence.db", *map(str, arguments)], check=True, **user)


@contextlib.contextmanager
def milter_alone(customers, held):
    """A milter with so many customers, of whom `held` percent are not due for an offer."""
    site = BenchMilter(CONFIG)
    try:
        populate(site, "customers", customers, held)
        site.start()
        yield site
    finally:
        site.stop()


@contextlib.contextmanager
def whole_site(customers, held, planner=True):
    """The same with a Postfix of its own; without a planner where that is run by hand."""
    site = BenchSite(CONFIG)
    try:
        populate(site, "customers", customers, held)
        if not planner:
            site.start_planner = lambda: None
        site.start()
        yield site
    finally:
        site.stop()


@contextlib.contextmanager
def second_postfix(site, other):
    """Another Postfix just like the site's, that asks the reference."""
    root = tempfile.mkdtemp(prefix="cadence-second-")
    os.chmod(root, 0o755)
    os.mkdir(f"{root}/log")
    postfix = Postfix(root, f"unix:{other.path}", site.sink.port, harness.USER)
    try:
        postfix.start()
        yield postfix
    finally:
        postfix.stop()
        shutil.rmtree(root, ignore_errors=True)


class Reference:
    """The reference milter, running."""

    def __init__(self, folder):
        self.path = f"{folder}/reference.sock"
        self._process = subprocess.Popen([f"{TOOLS}/reference", f"unix:{self.path}"], stdin=subprocess.DEVNULL)
        self.pid = self._process.pid
        wait_until(lambda: accepts(self.path), 10, "the reference")

    def stop(self):
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def reference():
    """The libmilter program that adds one header."""
    folder = tempfile.mkdtemp(prefix="cadence-reference-")
    os.chmod(folder, 0o755)
    other = Reference(folder)
    try:
        yield other
    finally:
        other.stop()
        shutil.rmtree(folder)


# ---- figures of a process ----

def processor_seconds(pid):
    """User and system time of a process and its threads."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_memory(pid):
    """The most that was resident, in KiB."""
    return status_figure(pid, "VmHWM")


def resident_memory(pid):
    """KiB."""
    return status_figure(pid, "VmRSS")


def status_figure(pid, name):
    with open(f"/proc/{pid}/status") as file:
        return int(next(line for line in file if line.startswith(f"{name}:")).split()[1])


def files_of_store(site):
    return glob.glob(f"{site.store}/cadence.db*")


def size_of_store(site):
    return sum(map(os.path.getsize, files_of_store(site)))


def read_store(site):
    """Has the kernel keep the store in memory, as that of a busy server is. A virtual machine may be made to give up within seconds
    what no process has mapped, however often it is read."""
    for path in files_of_store(site):
        with open(path, "rb") as file:
            while file.read(1 << 20):
                pass


# ---- load ----

class Load:
    """Our generator on a milter's socket: one campaign, said in as many runs as there are."""

    def __init__(self, path, customers, pid):
        self.path, self.customers, self.pid = path, customers, pid
        self.runs = []
        self._seconds = 0

    def run(self, seconds, rate=0, connections=32):
        before = processor_seconds(self.pid)
        done = subprocess.run([f"{TOOLS}/load", "--socket", self.path, "--run", uuid.uuid4().hex, "--connections", str(connections),
                               "--seconds", str(seconds), "--rate", str(rate), "--customers", str(self.customers), "--said",
                               str(self.total("messages"))],
                              check=True, stdout=subprocess.PIPE, text=True)
        self._seconds += processor_seconds(self.pid) - before
        self.runs.append(json.loads(done.stdout))
        return self.runs[-1]

    def total(self, what):
        return sum(run[what] for run in self.runs)

    def processor(self):
        """Microseconds of the milter's processor time for each message."""
        return self._seconds / self.total("messages") * 1e6

    def summary(self):
        messages = self.total("messages")
        if sum(map(self.total, ("rewritten", "discarded", "refused"))) != messages:
            raise RuntimeError("a message went out that was not filled in")
        return f"{100 * self.total('discarded') / messages:.0f} % held, {self.processor():.0f} µs CPU"


class Slots:
    """Gives each run customers of its own."""

    def __init__(self):
        self._used = 0

    def take(self):
        if self._used == SLOTS:
            raise RuntimeError("too many rounds: every customer has been mailed")
        self._used += 1
        return self._used - 1


class Source:
    """smtp-source(1) on a Postfix: 20 sessions, each of many messages, each message to another customer. Waits afterwards until
    Postfix has delivered all, so that one measurement does not pay for another."""

    def __init__(self, postfix, slots, seconds, port=None, count=None):
        self._postfix, self._slots, self._seconds, self._count = postfix, slots, seconds, count
        self._port = port or postfix.entry_port

    def run(self):
        """Messages a second."""
        if self._count is None:
            self._count = max(int(self._send(300) * self._seconds), 300)
        return self._send(self._count)

    def _send(self, count):
        start = time.monotonic()
        smtp_source(self._port, f"{self._slots.take()}c@customers.example", count, SESSIONS)
        seconds = time.monotonic() - start
        wait_until(lambda: not self._postfix.queued(), 300, "Postfix to deliver")
        return count / seconds


def smtp_source(port, to, count, sessions):
    """Sends so many letters by smtp-source(1), which puts a number before the address for each."""
    with tempfile.NamedTemporaryFile() as letter:
        subprocess.run([f"{TOOLS}/load", "--write", "0", "--run", uuid.uuid4().hex], stdout=letter, check=True)
        subprocess.run(["smtp-source", "-d", "-N", "-s", str(sessions), "-m", str(count), "-f", SENDER, "-t", to, "-F", letter.name,
                        f"127.0.0.1:{port}"], check=True)


class Release:
    """The planner, with so much in custody that is due and free to go."""

    def __init__(self, site, slots, count):
        self._site, self._slots, self._count = site, slots, count

    def run(self):
        """Messages a second."""
        populate(self._site, "custody", self._count, self._slots.take(), uuid.uuid4().hex)
        start = time.monotonic()
        subprocess.run([f"{harness.BUILD}/cadence-planner", "-c", self._site.config_path, "--once"], check=True,
                       env=self._site.environment(), stderr=subprocess.DEVNULL)
        seconds = time.monotonic() - start
        left = self._site.held()
        if left:
            raise RuntimeError(f"{len(left)} of {self._count} messages were not released: {left[0]}")
        wait_until(lambda: not self._site.postfix.queued(), 300, "Postfix to deliver")
        return self._count / seconds
