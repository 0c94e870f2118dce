#!/usr/bin/env python3
"""The official Mustache specification through `cadencectl template expand`, read in place: $CADENCE_SHARED or ../shared.
Required modules, inheritance and dynamic names; lambdas are not part of the language."""
import glob
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
SPEC = os.path.join(os.environ.get("CADENCE_SHARED", os.path.join(ROOT, "..", "shared")), "data", "mustache-spec")
CTL = os.path.abspath(os.path.join(os.environ.get("BUILD", os.path.join(ROOT, "build")), "cadencectl"))


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path


def expand(test):
    with tempfile.TemporaryDirectory() as folder:
        partials = os.path.join(folder, "partials")
        os.mkdir(partials)
        for name, text in test.get("partials", {}).items():
            write(partials, name + ".mustache", text)
        template = write(folder, "template", test["template"])
        data = write(folder, "data.json", json.dumps(test["data"]))
        run = subprocess.run(
            [CTL, "template", "expand", template, "--data", data, "--partials", partials], capture_output=True, timeout=30
        )
        return run.stdout.decode() if run.returncode == 0 else run.stderr.decode()


def main():
    passed = failed = 0
    modules = [path for path in sorted(glob.glob(SPEC + "/*.json")) if not path.endswith("~lambdas.json")]
    if not modules:
        print(f"skipped: no {SPEC}")
    for path in modules:
        with open(path, encoding="utf-8") as file:
            tests = json.load(file)["tests"]
        for test in tests:
            output = expand(test)
            if output == test["expected"]:
                passed += 1
                continue
            failed += 1
            print(f"FAILED: {os.path.basename(path)}: {test['name']}: {output!r}, expected {test['expected']!r}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
