"""A whole site on loopback: the world outside (sink.py), a private Postfix (postfix.py), cadence-milter and cadence-planner under a
clock that can be moved ahead, all below one temporary folder of which nothing is left. KEEP=1 keeps the folder.

Postfix's master, and becoming another user, need root; who is not root gets NeedsRoot, which unittest reports as skipped. A site
without Postfix (MilterAlone) is for everybody.
"""

import datetime
import glob
import json
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
import unittest

import mail
from daemon import Daemon
from loopback import accepts, assert_listens_alone, free_port, wait_until
from postfix import Postfix
from sink import Sink

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(PROJECT, os.environ.get("BUILD", "build"))
USER = "daemon"  # whom the daemons become: a user that every Debian has
UNDER = shlex.split(os.environ.get("CADENCE_UNDER", ""))  # what our programs run under, as valgrind(1)

PREAMBLE = """
milter {{ socket = "{milter}" }}
store {{ url = "sqlite:{store}/cadence.db" }}
inject {{ server = "127.0.0.1:{inject_port}"  sendmail = {{{sendmail}}} }}
secret = "{root}/secret/secret"
user = "{user}"
"""


class NeedsRoot(unittest.SkipTest):
    """Said where the tests are run by an ordinary user."""


def is_root():
    return os.geteuid() == 0


def require_postfix():
    """Raises with a sentence that says what is missing, if anything is."""
    if not is_root():
        raise NeedsRoot("a private Postfix needs root: run it with sudo")
    if shutil.which("postfix") is None:
        raise NeedsRoot("postfix is not installed: apt-get install postfix")


def require_build():
    """Raises with a sentence that says which of our programs is missing, if any is."""
    for program in ("cadence-milter", "cadence-planner", "cadencectl"):
        if not os.access(f"{BUILD}/{program}", os.X_OK):
            raise RuntimeError(f"{BUILD}/{program} is not built: run make")


def faketime_library():
    """libfaketime for programs with threads."""
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not found:
        raise NeedsRoot("libfaketime is not installed: apt-get install faketime")
    return found[0]


def instant(text):
    """An RFC 3339 time as seconds since 1970."""
    return datetime.datetime.fromisoformat(text).timestamp()


class Site:
    """Everything between an application's SMTP client and the customer's mailbox.

    config is what follows the settings that every site shares: streams, topics, policies. store is a folder for the database, where
    the site's own will not do. clock is how many seconds the site's time is ahead.
    """

    socket_group = "postfix"
    outside = Sink

    def __init__(self, config, inet=False, store=None, clock=0):
        self.require()
        self.ahead = clock
        self.root = tempfile.mkdtemp(prefix="cadence-")
        os.chmod(self.root, 0o755)
        self.store = store or f"{self.root}/store"
        self._make_folders()
        self.sink = self.outside()
        self.milter_address, milter, postfix_milter = self._choose_milter_socket(inet)
        self.postfix = self._mail_server(postfix_milter)
        self._preamble = PREAMBLE.format(
            root=self.root, store=self.store, milter=milter, inject_port=self.postfix.inject_port, user=USER,
            sendmail=", ".join(f'"{word}"' for word in self.postfix.sendmail()))
        self.write_config(config)
        self.milter = self._daemon("cadence-milter")
        self.planner = self._daemon("cadence-planner")

    @staticmethod
    def require():
        require_postfix()
        require_build()

    def _make_folders(self):
        """The milter's socket takes its folder's group, so that Postfix may connect; all else is the daemons' own."""
        for name, group in (("run", self.socket_group), ("store", USER), ("secret", USER), ("log", USER), ("conf", USER)):
            os.mkdir(f"{self.root}/{name}")
            self._give(f"{self.root}/{name}", group)
        self._give(self.store, USER)
        os.chmod(f"{self.root}/run", 0o2755)

    @staticmethod
    def _give(path, group):
        """An ordinary user's daemons run as that user, to whom the folders belong already."""
        if is_root():
            shutil.chown(path, USER, group)

    def _mail_server(self, milter):
        return Postfix(self.root, milter, self.sink.port, USER)

    def _choose_milter_socket(self, inet):
        """Where it listens, in three spellings: for a client, for our configuration, for Postfix's."""
        if inet:
            port = free_port()
            return ("127.0.0.1", port), f"inet:{port}@127.0.0.1", f"inet:127.0.0.1:{port}"
        path = f"{self.root}/run/milter.sock"
        return path, f"unix:{path}", f"unix:{path}"

    def _daemon(self, program):
        command = [*UNDER, f"{BUILD}/{program}", "-c", self.config_path]
        return Daemon(command, f"{self.root}/log/{program}.log", f"{self.root}/run/{program}.ready")

    # ---- configuration ----

    @property
    def config_path(self):
        return f"{self.root}/conf/cadence.conf"

    def write_config(self, config):
        with open(self.config_path, "w") as file:
            file.write(self._preamble + config)

    def write_raw_config(self, config):
        """For configurations that are broken on purpose."""
        with open(self.config_path, "w") as file:
            file.write(config)

    # ---- running ----

    def start(self):
        """Starts all; a site that fails to start leaves nothing running."""
        try:
            self.ctl("init")
            self.start_milter()
            self.postfix.start()
            self.start_planner()
        except BaseException:
            self.stop()
            raise
        return self

    def start_milter(self):
        self.milter.start(self.environment())
        wait_until(lambda: accepts(self.milter_address), 10, "the milter's socket")
        if isinstance(self.milter_address, tuple):
            assert_listens_alone(self.milter.pid, self.milter_address[1])

    def start_planner(self):
        self.planner.start(self.environment())

    def stop(self):
        """Ends everything that was started and removes the folder."""
        self.postfix.terminate()
        try:
            self.stop_daemons()
        finally:
            self.postfix.stop()
            self.sink.stop()
            self._sweep_clocks()
            if os.environ.get("KEEP"):
                print(f"kept: {self.root}")
            else:
                shutil.rmtree(self.root, ignore_errors=True)

    @staticmethod
    def _sweep_clocks():
        """Removes what libfaketime leaves behind in processes that the daemons ran in their turn."""
        for path in glob.glob("/dev/shm/*faketime_*"):
            if os.stat(path).st_uid == pwd.getpwnam(USER).pw_uid:
                os.unlink(path)

    def stop_daemons(self):
        """Stops planner and milter, both at once."""
        self.planner.terminate()
        self.milter.terminate()
        try:
            self.planner.stop()
        finally:
            self.milter.stop()

    def move_clock(self, seconds):
        """Restarts the daemons with a clock that is so far ahead of what it was."""
        self.stop_daemons()
        self.ahead += seconds
        self.start_milter()
        self.start_planner()

    def now(self):
        """The site's own time, in seconds since 1970."""
        return time.time() + self.ahead

    def environment(self):
        """Environment of our programs: the clock moved, monotonic clocks and file times left alone."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        environment["ASAN_OPTIONS"] = "verify_asan_link_order=0:detect_leaks=0"  # libfaketime comes first; a daemon's end frees nothing
        environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS") or name == "G_SLICE"})
        if self.ahead:
            environment.update(LD_PRELOAD=faketime_library(), FAKETIME=f"{self.ahead:+d}", FAKETIME_DONT_FAKE_MONOTONIC="1",
                               NO_FAKE_STAT="1")
        return environment

    # ---- by hand ----

    def run(self, *arguments):
        """Runs cadencectl and returns the finished process, whatever its status."""
        return subprocess.run([*UNDER, f"{BUILD}/cadencectl", "-c", self.config_path, *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=self.environment(), timeout=60)

    def ctl(self, *arguments):
        """Runs cadencectl, which must succeed, and returns its text."""
        done = self.run(*arguments)
        if done.returncode != 0:
            raise AssertionError(f"cadencectl {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def json(self, *arguments):
        """Runs cadencectl --json and returns what it printed."""
        return json.loads(self.ctl("--json", *arguments))

    def enrol(self, *customers):
        """Imports customers: dicts with id, address and attributes."""
        self._import("customer", customers)

    def record(self, *contacts):
        """Imports contacts of the past: dicts with customer, at, class."""
        self._import("contact", contacts)

    def _import(self, kind, rows):
        path = f"{self.root}/conf/{kind}.jsonl"
        with open(path, "w") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        self.ctl(kind, "import", path)

    def held(self, address=None):
        """What is in custody, or what is there for one address."""
        return [row for row in self.json("held", "list")["held"] if address in (None, row["address"])]

    # ---- mail ----

    def send(self, sender, recipients, raw, parameters=()):
        """Hands in one message at the entry and returns the reply."""
        recipients = [recipients] if isinstance(recipients, str) else recipients
        return mail.submit(self.postfix.entry_port, sender, recipients, raw, parameters)

    def send_locally(self, sender, recipient, raw):
        """Hands in one message by sendmail(1), as a cron job does."""
        subprocess.run([*self.postfix.sendmail(), "-i", "-f", sender, recipient], input=raw.replace(b"\r\n", b"\n"), check=True,
                       user=USER, group=USER, extra_groups=[])

    def settle(self, timeout=30):
        """Waits until Postfix has delivered all that it has and the planner has handed over all that is due."""
        wait_until(lambda: not self.postfix.queued() and not self._due() and not self.postfix.queued(), timeout,
                   "mail to come to rest")

    def _due(self):
        return [row for row in self.held() if row["until"] and instant(row["until"]) <= self.now()]

    def logs(self):
        """Everything that was logged, for whoever has to find out why a test failed."""
        parts = [(daemon.command[0], daemon.log()) for daemon in (self.milter, self.planner)]
        parts.append(("postfix", self.postfix.log()))
        return "\n".join(f"--- {name}\n{text}" for name, text in parts)


class MilterAlone(Site):
    """The milter and its store; the test itself is the mail server. What the planner hands over goes to the sink."""

    socket_group = USER
    require = staticmethod(require_build)

    def _mail_server(self, milter):
        return NoMailServer(self.sink.port)

    def start(self):
        """Starts the milter; where it fails to start, nothing is left running."""
        try:
            self.ctl("init")
            self.start_milter()
        except BaseException:
            self.stop()
            raise
        return self


class NoMailServer:
    """Stands where Postfix would."""

    def __init__(self, inject_port):
        self.inject_port = inject_port

    def sendmail(self):
        return ["/bin/false"]

    def terminate(self):
        """There is nothing to end."""

    stop = terminate

    def log(self):
        return ""
