"""A Postfix of our own, with everything it reads or writes below one temporary folder. It knows no DNS and delivers all mail to one
loopback port. The machine's own Postfix, if there is one, is never touched."""

import grp
import os
import pwd
import shutil
import signal
import subprocess

from loopback import accepts, assert_listens_alone, free_port, wait_until

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
mail_spool_directory = {root}/spool
maillog_file = {root}/log/postfix.log
maillog_file_prefixes = {root}
setgid_group = {group}

myhostname = mail.bank.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
local_header_rewrite_clients =

disable_dns_lookups = yes
smtpd_peername_lookup = no
smtp_tls_security_level = none
default_transport = smtp:[127.0.0.1]:{sink_port}
smtp_fallback_relay =
bounce_queue_lifetime = 1h

smtpd_milters = {milter}
non_smtpd_milters = {milter}
milter_default_action = tempfail
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
in_flow_delay = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
"""

MASTER_CF = """
127.0.0.1:{entry_port} inet n - n - 100 smtpd
127.0.0.1:{inject_port} inet n - n - 20 smtpd
  -o syslog_name=postfix/inject
pickup    unix n - n 1 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - 20 smtp
relay     unix - - n - 20 smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

QUEUES = ("maildrop", "incoming", "active", "deferred")


class Postfix:
    """One instance. `submitter` is the user who may hand in mail by sendmail(1)."""

    def __init__(self, root, milter, sink_port, submitter):
        self.root = root
        self.config = f"{root}/postfix"
        self.entry_port = free_port()
        self.inject_port = free_port()
        self.master = None
        group = grp.getgrgid(pwd.getpwnam(submitter).pw_gid).gr_name
        self._settings = dict(root=root, milter=milter, sink_port=sink_port, group=group,
                              entry_port=self.entry_port, inject_port=self.inject_port)
        self._lay_out()

    def _lay_out(self):
        for folder in (self.config, f"{self.root}/queue", f"{self.root}/spool"):
            os.makedirs(folder)
        os.makedirs(f"{self.root}/data")
        shutil.chown(f"{self.root}/data", "postfix")
        self._write(f"{self.config}/main.cf", MAIN_CF.format(**self._settings))
        self._write(f"{self.config}/master.cf", MASTER_CF.format(**self._settings))
        self._lay_out_submission()

    def _lay_out_submission(self):
        """sendmail(1) trusts a private configuration only with a postdrop(1) that is not set-gid, so it gets a copy."""
        tools = f"{self.root}/submit/bin"
        os.makedirs(tools)
        shutil.copyfile("/usr/sbin/postdrop", f"{tools}/postdrop")
        os.chmod(f"{tools}/postdrop", 0o755)
        self._write(f"{self.root}/submit/main.cf", MAIN_CF.format(**self._settings) + f"command_directory = {tools}\n")

    @staticmethod
    def _write(path, text):
        with open(path, "w") as file:
            file.write(text)

    def sendmail(self):
        """The command line that hands in local mail, recipients to follow. Faked time must not get into Postfix's queue."""
        return ["/usr/bin/env", "-u", "LD_PRELOAD", f"MAIL_CONFIG={self.root}/submit", "/usr/sbin/sendmail"]

    def start(self):
        self._command("start")
        self.master = wait_until(self._master_pid, 10, "Postfix's master process")
        for port in (self.entry_port, self.inject_port):
            wait_until(lambda: accepts(("127.0.0.1", port)), 10, f"Postfix on port {port}")
            assert_listens_alone(self.master, port)

    def _command(self, verb):
        done = subprocess.run(["postfix", "-c", self.config, verb], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"postfix {verb} failed: {done.stderr}{self.log()}")

    def _master_pid(self):
        try:
            with open(f"{self.root}/queue/pid/master.pid") as file:
                return int(file.read())
        except (FileNotFoundError, ValueError):
            return None

    def terminate(self):
        """Asks the master to end; it ends its children."""
        if self.master is not None:
            os.kill(self.master, signal.SIGTERM)

    def stop(self):
        """Returns when the master is gone."""
        if self.master is None:
            return
        if os.path.exists(f"/proc/{self.master}"):
            self.terminate()
        wait_until(lambda: not os.path.exists(f"/proc/{self.master}"), 20, "Postfix to stop")
        self.master = None

    def kill(self):
        """Ends the master and all its children as kill -9 does: the master leads their process group."""
        os.killpg(self.master, signal.SIGKILL)
        wait_until(lambda: not os.path.exists(f"/proc/{self.master}"), 20, "Postfix to be gone")
        self.master = None
        self._write(f"{self.root}/queue/quick-start", "")  # its scan of all queues stumbles over what is half taken down

    def queued(self):
        """How many messages are in Postfix's hands. A file that is not executable is none yet, or never will be one."""
        return sum(self._is_message(os.path.join(folder, name))
                   for queue in QUEUES for folder, _, names in os.walk(f"{self.root}/queue/{queue}") for name in names)

    @staticmethod
    def _is_message(path):
        try:
            return bool(os.stat(path).st_mode & 0o100)
        except FileNotFoundError:
            return False

    def log(self):
        try:
            with open(f"{self.root}/log/postfix.log", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""
