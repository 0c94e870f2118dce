"""A clock that jumps while the daemons run: two days back, two days ahead."""

import os

import harness
import mail
from loopback import wait_until
from story import CRM, DAY, RELATIONAL, Story

TWO_DAYS = 2 * DAY


class JumpingClock(harness.Site):
    """The daemons' clock can be set under them; monotonic clocks go on, as on a real machine."""

    def set_clock(self, seconds):
        """So far ahead of the real time, for whatever runs and whatever is started."""
        self.ahead = seconds
        path = self._clock_path()
        with open(f"{path}.new", "w") as file:
            file.write(f"{seconds:+d}\n")
        os.chmod(f"{path}.new", 0o644)
        os.rename(f"{path}.new", path)

    def _clock_path(self):
        return f"{self.root}/clock"

    def environment(self):
        environment = super().environment()
        environment.pop("FAKETIME", None)
        environment.update(LD_PRELOAD=harness.faketime_library(), FAKETIME_TIMESTAMP_FILE=self._clock_path(), FAKETIME_NO_CACHE="1",
                           FAKETIME_DONT_FAKE_MONOTONIC="1", NO_FAKE_STAT="1")
        return environment


class Jumps(Story):
    """Caps hold by the strict reading: what went out while the clock was ahead counts, and nothing is lost or stuck."""

    @classmethod
    def setUpClass(cls):
        cls.site = JumpingClock(cls.config)
        cls.site.set_clock(0)
        cls.addClassCleanup(cls.site.stop)
        cls.site.start()

    def setUp(self):
        self.site.set_clock(0)

    def offer(self, address, count):
        for _ in range(count):
            self.assertEqual(250, self.send_sales(address).code)

    def assert_fates(self, address, delivered, held):
        self.site.settle()
        self.assertEqual((delivered, held), (len(self.site.sink.deliveries(address)), len(self.site.held(address))))

    def check_words(self):
        return [finding["what"] for finding in self.site.json("check")["findings"] if finding["about"] == "clock"]

    def test_two_days_back_no_cap_is_exceeded_and_somebody_says_so(self):
        self.fill_cap("anna@mail.example")
        self.site.set_clock(-TWO_DAYS)
        self.offer("anna@mail.example", 2)
        self.assert_fates("anna@mail.example", 2, 2)
        self.assertIn("the clock has gone back", self.site.milter.log())
        [words] = self.check_words()
        self.assertIn("later than now", words)
        self.assertGreater(harness.instant(self.site.json("status")["newest_verdict"]), self.site.now() + DAY)

    def test_two_days_ahead_and_back_no_cap_is_exceeded(self):
        self.fill_cap("boris@mail.example")
        self.site.set_clock(TWO_DAYS)
        self.fill_cap("celia@mail.example")
        self.offer("boris@mail.example", 1)
        self.assert_fates("boris@mail.example", 2, 1)
        self.site.set_clock(0)
        self.offer("celia@mail.example", 1)
        self.assert_fates("celia@mail.example", 2, 1)

    def test_relational_mail_goes_at_any_time(self):
        self.fill_cap("dora@mail.example")
        self.site.set_clock(-TWO_DAYS)
        raw = mail.compose(CRM, "dora@mail.example", headers=RELATIONAL)
        self.assertEqual(250, self.site.send(CRM, "dora@mail.example", raw).code)
        self.assert_fates("dora@mail.example", 3, 0)

    def test_what_was_held_before_a_jump_goes_after_it(self):
        self.fill_cap("emil@mail.example")
        self.offer("emil@mail.example", 1)
        self.site.set_clock(-TWO_DAYS)
        self.offer("emil@mail.example", 1)
        self.assert_fates("emil@mail.example", 2, 2)
        self.site.set_clock(8 * DAY)
        self.offer("finn@mail.example", 3)  # the planner looks at the clock when it is woken, or once a minute
        wait_until(lambda: len(self.site.sink.deliveries("emil@mail.example")) == 4, 90, "both to be released")
        self.assert_fates("emil@mail.example", 4, 0)
