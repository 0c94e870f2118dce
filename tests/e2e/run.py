#!/usr/bin/env python3
"""Runs the end-to-end tests: all of them, or the modules named (`run.py test_caps`). Exit 0 if all passed or were skipped, else 1.

BUILD=DIR says where the programs are, LONG=1 takes the time for the long ones, KEEP=1 keeps the sites' folders.
"""

import glob
import os
import signal
import sys
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)


class TellingResult(unittest.TextTestResult):
    """Prints the site's logs where a test failed."""

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._print_logs(test)

    def addError(self, test, err):
        super().addError(test, err)
        self._print_logs(test)

    def _print_logs(self, test):
        site = getattr(test, "site", None)
        if site:
            self.stream.writeln(f"\n{site.logs()}\n--- end of logs of {test}")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that sites are taken down
    names = sys.argv[1:] or sorted(os.path.basename(path)[:-3] for path in glob.glob(f"{HERE}/test_*.py"))
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(verbosity=2, resultclass=TellingResult).run(suite)
    failed = len({str(test) for test, _ in result.failures + result.errors})
    print(f"{max(0, result.testsRun - failed)} passed, {failed} failed")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
