#!/usr/bin/env python3
"""Memory over a long time: what the daemons keep in memory while messages by the hundred thousand go through them.

    endurance.py [milter|planner]        without any: both

MESSAGES (1000000) go through the milter, RELEASES (100000) out of custody, by the daemons that serve all the time. Resident memory is
printed every twentieth of them. Ends with 1 where memory grew by more than a tenth between the first quarter and the last: what one
message leaves behind, a million shows.
"""

import os
import statistics
import sys
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))

import stage  # noqa: E402

CUSTOMERS = 100_000
HELD_SHARE = 30  # percent
MESSAGES = int(os.environ.get("MESSAGES", "1000000"))
RELEASES = int(os.environ.get("RELEASES", "100000"))
SAMPLES = 20
PIECE = 2  # seconds of load between two looks
PATIENCE = 3600  # seconds for a tenth of the releases
GROWTH = 1.1


class Watch:
    """Prints and keeps the memory of daemons at every twentieth of so many messages."""

    def __init__(self, total, **pids):
        self._step, self._pids = total // SAMPLES, pids
        self._next = 0
        self._seen = {name: [] for name in pids}

    def look(self, done):
        if done < self._next:
            return
        self._next += self._step
        memory = {name: stage.resident_memory(pid) for name, pid in self._pids.items()}
        for name, kibibytes in memory.items():
            self._seen[name].append(kibibytes)
        print(f"{done:>9,}  " + "  ".join(f"{name} {kibibytes / 1024:.1f} MiB" for name, kibibytes in memory.items()), flush=True)

    def flat(self):
        return all(self._is_flat(name, seen) for name, seen in self._seen.items())

    @staticmethod
    def _is_flat(name, seen):
        """The first look of all is at a daemon that has done nothing yet."""
        quarter = max(1, len(seen) // 4)
        early, late = statistics.median(seen[1:1 + quarter]), statistics.median(seen[-quarter:])
        print(f"{name}: {early / 1024:.1f} MiB in the first quarter, {late / 1024:.1f} in the last")
        return late <= early * GROWTH


def milter():
    """New offers to one customer after the other, and again from the start: most pass or wait at first, most are refused later."""
    with stage.milter_alone(CUSTOMERS, HELD_SHARE) as site:
        load = stage.Load(site.milter_address, CUSTOMERS, site.milter.pid)
        watch = Watch(MESSAGES, milter=site.milter.pid)
        watch.look(0)
        done = 0
        while done < MESSAGES:
            done += load.run(PIECE)["messages"]
            watch.look(done)
        kinds = ", ".join(f"{kind} {load.total(kind):,}" for kind in ("rewritten", "discarded", "refused"))
        print(f"milter: {done:,} messages: {kinds}; {done / load.total('seconds'):.0f} a second")
        return watch.flat()


def planner():
    """Held mail that is due, through the planner, Postfix and the milter, in as many portions as customers have slots."""
    with stage.whole_site(CUSTOMERS, 0) as site:
        slots = stage.Slots()
        watch = Watch(RELEASES, planner=site.planner.pid, milter=site.milter.pid)
        watch.look(0)
        portion = RELEASES // stage.SLOTS
        for number in range(stage.SLOTS):
            stage.populate(site, "custody", portion, slots.take(), uuid.uuid4().hex)
            wait_for_release(site, watch, number * portion, portion)
        return watch.flat()


def wait_for_release(site, watch, before, portion):
    """Until custody is empty."""
    deadline = time.monotonic() + PATIENCE
    left = portion
    while left > 0:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{left} of {portion} messages were not released within {PATIENCE} s")
        time.sleep(2)
        status = site.json("status")
        left = status["held"] + status["releasing"]
        watch.look(before + portion - left)


ROWS = {row.__name__: row for row in (milter, planner)}


def main(names):
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        print(f"endurance: there is no {unknown[0]}; there are {', '.join(ROWS)}", file=sys.stderr)
        return 2
    flat = []
    for name in names or ROWS:
        print(f"--- {name}: {ROWS[name].__doc__}", flush=True)
        flat.append(ROWS[name]())
    return 0 if all(flat) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
