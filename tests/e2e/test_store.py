"""When the store cannot write: sales mail waits at the sender's, security mail passes, the log says so, and nothing is lost."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

import mail
from harness import USER
from story import CRM, SECURITY, Story


class Trouble(Story):
    """What every kind of trouble must look like from outside."""

    def assert_sales_wait_and_security_passes(self, address):
        said = len(self.site.milter.log())
        self.assertEqual((451, "4.3.0"), self.offer(address))
        code = mail.compose(CRM, address, subject="Your code", headers=SECURITY)
        self.assertEqual(250, self.site.send(CRM, address, code).code)
        delivered = self.site.sink.wait_for(address)[0]
        self.assertEqual("Your code", mail.parse(delivered.raw)["Subject"])
        self.assertRegex(self.site.milter.log()[said:], "(?i)(error|warning): .*(store|database|disk)")

    def assert_works_again(self, address):
        self.assertEqual((250, "2.0.0"), self.offer(address))
        self.site.sink.wait_for(address, 2)
        self.site.settle()
        self.assertEqual(2, len(self.site.sink.deliveries(address)))

    def offer(self, address):
        """Sends the same offer as ever, as a sender does that tries again."""
        reply = self.send_sales(address, message_id=f"offer-{address}")
        return reply.code, reply.status


class Locked(Trouble):

    def test_locked_by_another_process(self):
        with sqlite3.connect(f"{self.site.store}/cadence.db", isolation_level=None) as database:
            database.execute("BEGIN EXCLUSIVE")
            self.assert_sales_wait_and_security_passes("anna@mail.example")
            database.execute("ROLLBACK")
        self.assert_works_again("anna@mail.example")


class Gone(Trouble):

    def test_gone_when_the_milter_starts(self):
        self.site.stop_daemons()
        self.hide()
        self.site.start_milter()
        self.assert_sales_wait_and_security_passes("anna@mail.example")
        self.bring_back()
        self.site.start_planner()
        self.assert_works_again("anna@mail.example")

    def test_taken_away_under_its_feet(self):
        self.assertEqual(250, self.send_sales("somebody@mail.example").code)
        self.hide()
        self.assert_sales_wait_and_security_passes("boris@mail.example")
        self.bring_back()
        self.assert_works_again("boris@mail.example")

    def hide(self):
        os.rename(self.site.store, f"{self.site.store}.away")

    def bring_back(self):
        os.rename(f"{self.site.store}.away", self.site.store)


class ReadOnly(Trouble):

    def test_whoever_owns_it_may_not_write(self):
        self.site.stop_daemons()
        files = [self.site.store, *(f"{self.site.store}/{name}" for name in os.listdir(self.site.store))]
        modes = {path: os.stat(path).st_mode for path in files}
        for path, mode in modes.items():
            os.chmod(path, mode & ~0o222)
        self.site.start_milter()
        self.assert_sales_wait_and_security_passes("anna@mail.example")
        for path, mode in modes.items():
            os.chmod(path, mode)
        self.site.start_planner()
        self.assert_works_again("anna@mail.example")


class Truncated(Trouble):
    """Half of the file is gone: no answer that it gives can be trusted, until the backup is put back."""

    def test_cut_in_half(self):
        for number in range(40):
            self.assertEqual(250, self.send_sales(f"customer{number}@mail.example").code)
        self.site.ctl("backup", f"{self.site.root}/backup.db")
        self.site.stop_daemons()
        database = f"{self.site.store}/cadence.db"
        os.truncate(database, os.stat(database).st_size // 2)
        self.site.start_milter()
        self.assert_sales_wait_and_security_passes("anna@mail.example")
        self.put_back(f"{self.site.root}/backup.db", database)
        self.site.start_planner()
        self.assert_works_again("anna@mail.example")

    def test_cut_to_nothing_while_it_is_in_use(self):
        self.assertEqual(250, self.send_sales("somebody@mail.example").code)
        self.site.ctl("backup", f"{self.site.root}/other.db")
        database = f"{self.site.store}/cadence.db"
        shutil.copyfile("/dev/null", f"{database}.empty")
        shutil.chown(f"{database}.empty", USER)
        os.rename(f"{database}.empty", database)
        self.assert_sales_wait_and_security_passes("boris@mail.example")
        self.put_back(f"{self.site.root}/other.db", database)
        self.assert_works_again("boris@mail.example")

    def put_back(self, backup, database):
        """As cadencectl(1) says: what belongs to the old file goes with it."""
        self.site.milter.stop()
        self.site.planner.stop()
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(database + suffix):
                os.unlink(database + suffix)
        shutil.copyfile(backup, database)
        os.chmod(database, 0o600)
        shutil.chown(database, USER)
        self.site.start_milter()


class DiskFull(Trouble):
    """The store on a disk of two megabytes."""

    @classmethod
    def setUpClass(cls):
        cls.store = tempfile.mkdtemp(prefix="cadence-disk-")
        cls.addClassCleanup(shutil.rmtree, cls.store, ignore_errors=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", cls.store], capture_output=True)
        if mounted.returncode != 0:
            raise unittest.SkipTest("a small tmpfs needs permission to mount")
        cls.addClassCleanup(subprocess.run, ["umount", cls.store], check=True)
        super().setUpClass()

    def test_no_byte_left_on_the_disk(self):
        self.fill_the_disk()
        accepted = self.send_until_refused()
        self.assert_sales_wait_and_security_passes("anna@mail.example")
        os.unlink(f"{self.store}/ballast")
        self.assert_works_again("anna@mail.example")
        for address in accepted:
            self.assertEqual(1, len(self.site.sink.deliveries(address)), address)

    def send_until_refused(self):
        """The log of the database has room left for some; returns who got an offer before it had none."""
        for count in range(2000):
            if self.send_sales(f"customer{count}@mail.example").code != 250:
                return [f"customer{number}@mail.example" for number in range(count)]
        raise AssertionError("a full disk took two thousand messages")

    def test_held_mail_is_never_half_there(self):
        self.fill_cap("boris@mail.example")
        replies = [self.hold_a_long_one(number) for number in range(15)]
        self.assertEqual({250, 451}, set(replies))
        self.assertEqual(replies.count(250), len(self.site.held("boris@mail.example")))
        subprocess.run(["mount", "-o", "remount,size=16m", self.store], check=True)
        self.assertEqual([250] * 15, [self.hold_a_long_one(number) for number in range(15)])
        self.assertEqual(15, len(self.site.held("boris@mail.example")))

    def hold_a_long_one(self, number):
        return self.send_sales("boris@mail.example", text=("x" * 70 + "\n") * 3000, message_id=f"long-{number}").code

    def fill_the_disk(self):
        with open(f"{self.store}/ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"x" * 4096)
            except OSError:
                pass


del Trouble  # only its kinds are run
