#!/usr/bin/env python3
"""Speed, by the table of DESIGN.md section 11: each figure beside its reference, both taken in the same run, in turns.

    bench.py [ROW...]        milter, postfix, decision, release, memory; without any: all

BENCH_SECONDS (2) is how long one measurement takes, BENCH_ROUNDS (7) how often each is repeated, SCALE (1000000) how many customers
the large store of `decision` has. A ratio is that of the medians over the rounds. What is measured is the product as it ships: a durable
ledger, 100,000 customers, 4 KB offers that are filled in for each, three of ten customers not due for one.

Prints a table, writes bench.json into the build folder, and ends with 0 whatever the figures are: a busy machine is no fault.
"""

import contextlib
import dataclasses
import json
import os
import platform
import statistics
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))

import dialogue  # noqa: E402
import harness  # noqa: E402
import stage  # noqa: E402

CUSTOMERS = 100_000
FEW = 10_000
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
SCALE = int(os.environ.get("SCALE", "1000000"))
HELD_SHARE = 30  # percent
DECISION_RATE = 300  # messages a second: a busy hour, not a queue
RELEASED = 2000


@dataclasses.dataclass
class Row:
    """One line of the table. better is +1 where more is better, -1 where less is."""

    what: str
    unit: str
    ours: float
    reference: float | None
    value: float  # what is held against `wanted`: a ratio, or the figure itself
    wanted: float
    better: int
    note: str

    @property
    def ok(self):
        return self.better * self.value >= self.better * self.wanted

    def cells(self):
        reference = "" if self.reference is None else f"{self.reference:.0f}"
        sign = "≥" if self.better > 0 else "≤"
        return (self.what, f"{self.ours:.0f} {self.unit}", reference, f"{self.value:.2f}", f"{sign} {self.wanted:g}",
                "yes" if self.ok else "NO", self.note)


def in_turns(ours, reference, rounds=ROUNDS):
    """Measures both in turns, after a first time that warms them up, and returns two lists."""
    ours(), reference()
    pairs = [(ours(), reference()) for _ in range(rounds)]
    return [list(figures) for figures in zip(*pairs)]


def ratio_row(what, unit, pairs, wanted, better, note):
    """A row of the medians of two lists."""
    ours, reference = map(statistics.median, pairs)
    return Row(what, unit, ours, reference, ours / reference, wanted, better, note)


# ---- rows ----

def milter():
    """The milter alone, against a libmilter program that is told the same and adds one header."""
    with stage.milter_alone(CUSTOMERS, HELD_SHARE) as site, stage.reference() as other:
        ours = stage.Load(site.milter_address, CUSTOMERS, site.milter.pid)
        theirs = stage.Load(other.path, CUSTOMERS, other.pid)

        def our_rate():
            stage.read_store(site)
            return ours.run(SECONDS)["rate"]

        pairs = in_turns(our_rate, lambda: theirs.run(SECONDS)["rate"])
        note = f"{ours.summary()}; reference {theirs.processor():.0f} µs CPU"
        yield ratio_row("milter alone, 32 connections", "msg/s", pairs, 0.7, +1, note)


def postfix():
    """Through Postfix. Nobody is held here: mail that is not delivered would cost Postfix less."""
    with stage.whole_site(CUSTOMERS, 0) as site, stage.reference() as other, stage.second_postfix(site, other) as second:
        ours = stage.Source(site.postfix, stage.Slots(), SECONDS)
        theirs = stage.Source(second, stage.Slots(), SECONDS)
        pairs = in_turns(ours.run, theirs.run)
        yield ratio_row("through Postfix, 20 sessions", "msg/s", pairs, 0.95, +1, "")


def said_as_postfix_says():
    """That the generator of the rows `milter`, `decision` and `memory` says what this machine's Postfix says."""
    with stage.whole_site(stage.SLOTS, 0) as site, stage.reference() as other:
        for milter in site.milter_address, other.path:
            dialogue.check(site, milter)


def decision():
    """The slowest hundredth of decisions, with many customers and with few."""
    with stage.milter_alone(SCALE, HELD_SHARE) as large, stage.milter_alone(FEW, HELD_SHARE) as small:
        many = stage.Load(large.milter_address, SCALE, large.milter.pid)
        few = stage.Load(small.milter_address, FEW, small.milter.pid)
        seconds = 2 * SECONDS  # a hundredth of fewer decisions would be a handful
        pairs = in_turns(lambda: many.run(seconds, DECISION_RATE)["p99_us"], lambda: few.run(seconds, DECISION_RATE)["p99_us"])
        note = f"at {DECISION_RATE} msg/s; {stage.size_of_store(large) / 1e9:.1f} GB of store"
        yield ratio_row(f"p99, {SCALE:,} customers to {FEW:,}", "µs", pairs, 2, -1, note)


def release():
    """Held mail that is due, against the same mail by smtp-source into the same Postfix and milter."""
    with stage.whole_site(CUSTOMERS, 0, planner=False) as site:
        slots = stage.Slots()
        ours = stage.Release(site, slots, RELEASED)
        theirs = stage.Source(site.postfix, slots, SECONDS, site.postfix.inject_port, count=RELEASED)
        pairs = in_turns(ours.run, theirs.run, min(ROUNDS, stage.SLOTS // 2 - 1))
        yield ratio_row("release of held mail", "msg/s", pairs, 0.8, +1, f"{RELEASED} messages, reference with 20 sessions")


def memory():
    """Resident memory under load."""
    with stage.milter_alone(CUSTOMERS, HELD_SHARE) as site:
        load = stage.Load(site.milter_address, CUSTOMERS, site.milter.pid)
        load.run(SECONDS, connections=64)
        mebibytes = stage.peak_memory(site.milter.pid) / 1024
        yield Row("memory, 64 connections", "MiB", mebibytes, None, mebibytes, 150, -1, "peak, resident")


ROWS = {row.__name__: row for row in (milter, postfix, decision, release, memory)}


# ---- the table ----

def print_table(rows):
    """In columns; the notes below."""
    lines = [("what", "ours", "reference", "ratio", "wanted", "ok", "")] + [row.cells() for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)) + ("  " + line[6] if line[6] else ""))


def write_json(rows):
    """All that the table says, for whoever compares runs."""
    path = f"{harness.BUILD}/bench.json"
    machine = {"cpus": os.cpu_count(), "kernel": platform.release(), "load": os.getloadavg()[0]}
    with open(path, "w") as file:
        json.dump({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": machine, "seconds": SECONDS,
                   "rounds": ROUNDS, "rows": [{**dataclasses.asdict(row), "ok": row.ok} for row in rows]}, file, indent=1)
    print(f"written to {path}")


def main(names):
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        print(f"bench: there is no row {unknown[0]}; there are {', '.join(ROWS)}", file=sys.stderr)
        return 2
    rows = []
    with contextlib.suppress(harness.NeedsRoot):
        said_as_postfix_says()
    for name in names or ROWS:
        print(f"--- {name}: {ROWS[name].__doc__}", flush=True)
        try:
            rows.extend(ROWS[name]())
        except harness.NeedsRoot as reason:
            print(f"skipped: {reason}")
    print_table(rows)
    write_json(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
