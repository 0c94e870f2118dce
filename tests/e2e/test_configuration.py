"""A broken configuration is one line that says where and what; a running daemon keeps the good one that it has."""

import signal
import subprocess

import harness
import mail
from loopback import wait_until
from story import CRM, SALES, STREAMS, TWO_A_WEEK, Story

BROKEN = (
    'stream "x" {',
    'stream "x" { sender = {"*@a.example"}  clas = "auto" }',
    'stream "x" { sender = {"*@a.example"}  class = "promo" }',
    'policy "default" { cap "c" { class = "sales"  limit = "two"  window = "7d" } }',
    'policy "default" { cap "c" { class = "sales"  limit = -1  window = "7d" } }',
    'policy "default" { cap "c" { class = "sales"  limit = 2  window = "7 days" } }',
    'policy "default" { over = {"rewrite", "delay"} }',
    'segment "vip" { when = "customer.tier = \'gold\'"  policy = "vip" }',
    'segment "vip" { when = "customer.tier ="  policy = "default" }',
    'defaults { timezone = "Mars/Olympus" }',
    'include("nowhere.conf")',
)


class Configuration(Story):

    def tearDown(self):
        self.site.write_config(self.config)
        self.site.ctl("reload")

    def test_every_fault_is_one_line_with_its_place(self):
        for fault in BROKEN:
            with self.subTest(fault):
                self.site.write_raw_config(f"\n\n{fault}\n")
                done = self.site.run("check")
                self.assertEqual(3, done.returncode, done.stderr)
                self.assertRegex(done.stderr, r"\A[^\n]*cadence\.conf:\d+: [^\n]+\n\Z")

    def test_no_file_is_a_configuration_fault_too(self):
        done = subprocess.run([f"{harness.BUILD}/cadencectl", "-c", "/nonexistent/cadence.conf", "check"], capture_output=True)
        self.assertEqual(3, done.returncode)

    def test_the_daemons_do_not_start_with_a_broken_file(self):
        self.site.write_raw_config(BROKEN[1])
        for program in ("cadence-milter", "cadence-planner"):
            done = subprocess.run([f"{harness.BUILD}/{program}", "-c", self.site.config_path], capture_output=True, timeout=20)
            self.assertEqual(3, done.returncode, done.stderr)

    def test_a_good_file_passes_the_check(self):
        self.assertEqual(0, self.site.run("check").returncode)

    def test_a_reload_takes_effect_without_a_restart(self):
        pid = self.site.milter.pid
        self.site.write_config(STREAMS + TWO_A_WEEK.replace("limit = 2", "limit = 1"))
        self.site.ctl("reload")
        wait_until(lambda: self.offers_let_through() == 1, 30, "the new limit")
        self.assertTrue(self.site.milter.alive())
        self.assertEqual(pid, self.site.milter.pid)

    def test_held_mail_goes_as_soon_as_a_reload_makes_room(self):
        address = "greta@mail.example"
        self.fill_cap(address)
        self.assertEqual(250, self.send_sales(address).code)
        wait_until(lambda: self.site.held(address), 20, "the third to be held")
        self.site.write_config(STREAMS + TWO_A_WEEK.replace("limit = 2", "limit = 3"))
        self.site.ctl("reload")
        self.site.sink.wait_for(address, 3)

    def test_held_mail_goes_as_soon_as_a_restart_makes_room(self):
        address = "hana@mail.example"
        self.fill_cap(address)
        self.assertEqual(250, self.send_sales(address).code)
        wait_until(lambda: self.site.held(address), 20, "the third to be held")
        self.site.write_config(STREAMS + TWO_A_WEEK.replace("limit = 2", "limit = 3"))
        self.site.move_clock(0)
        self.site.sink.wait_for(address, 3)

    def test_told_to_reload_a_broken_file_the_milter_keeps_the_old_one_and_says_so(self):
        said = len(self.site.milter.log())
        self.site.write_config(STREAMS + TWO_A_WEEK.replace("limit = 2", 'limit = "two"'))
        self.assertEqual(3, self.site.run("reload").returncode)
        self.site.milter.process.send_signal(signal.SIGUSR1)  # as an admin's script might, past cadencectl's check
        wait_until(lambda: "cadence.conf:" in self.site.milter.log()[said:], 10, "the milter to name the fault")
        self.site.write_config(self.config)
        self.assertEqual(2, self.offers_let_through())

    def offers_let_through(self):
        """How many of three offers a customer nobody has written to yet gets at once."""
        self.count = getattr(self, "count", 0) + 1
        address = f"{self.id().rsplit('.', 1)[1]}{self.count}@mail.example"
        for _ in range(3):
            self.assertEqual(250, self.send_sales(address).code)
        self.site.settle()
        return len(self.site.sink.deliveries(address))


class Exits(Story):
    """Exit statuses that scripts rely on."""

    def test_usage_is_two(self):
        self.assertEqual(2, self.site.run("frobnicate").returncode)
        self.assertEqual(2, self.site.run().returncode)

    def test_help_and_version(self):
        for program in ("cadence-milter", "cadence-planner", "cadencectl"):
            for option in ("--help", "-V"):
                done = subprocess.run([f"{harness.BUILD}/{program}", option], capture_output=True, timeout=10)
                self.assertEqual(0, done.returncode)
                self.assertNotEqual(b"", done.stdout)
                self.assertNotIn(b"?", done.stdout)  # what cannot be shown in the locale "C"

    def test_an_unknown_id_is_a_no(self):
        self.assertEqual(1, self.site.run("explain", "nosuch").returncode)

    def test_try_judges_a_file_without_a_mail_server(self):
        path = f"{self.site.root}/conf/offer.eml"
        with open(path, "wb") as file:
            file.write(mail.compose(CRM, "anna@mail.example", headers=SALES))
        verdict = self.site.json("try", "--sender", CRM, "--rcpt", "anna@mail.example", path)
        self.assertEqual("sales", verdict["message"]["class"])
        self.assertEqual([("anna@mail.example", "pass")], [(r["address"], r["action"]) for r in verdict["recipients"]])
