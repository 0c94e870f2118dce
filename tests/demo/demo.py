#!/usr/bin/env python3
"""A day at a bank: real mail through a private Postfix, cadence-milter and cadence-planner, every letter's fate shown and checked.

Run by `make demo`. Exit 0 if everything came out as letters.py says, else 1. What was delivered is left under build/demo/.
"""

import datetime
import os
import shutil
import signal
import sys
import zoneinfo

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]

import harness  # noqa: E402
import letters  # noqa: E402
import mail  # noqa: E402
from table import Table  # noqa: E402

WARSAW = zoneinfo.ZoneInfo("Europe/Warsaw")
RELEASED = "released and delivered"
COLOURS = {letters.DELIVERED: "green", letters.CUT: "green", RELEASED: "green", letters.HELD: "yellow"}
COLUMNS = (("no.", 3), ("what was sent", 32), ("to whom", 12), ("what happened", 26), ("why", 40), ("", 1))


class Demo:
    """The course of events, and what was seen of it."""

    def __init__(self, site, table):
        self.site, self.table = site, table
        self.steps = []
        self.waiting = {}  # (step number, address): held id
        self.surprises = []

    # ---- the course of events ----

    def scene(self, title):
        self.table.scene(f"{self._clock()} · {title}")

    def play(self, steps):
        for step in steps:
            self.steps.append(step)
            known = {row["id"] for row in self.site.held()}
            notices = len(self._notices(step.sender))
            reply = self.site.send(step.sender, list(step.fates), step.raw)
            self.site.settle()
            self._report(len(self.steps), step, reply, known, notices)

    def _report(self, number, step, reply, known, notices):
        for first, (address, fate) in enumerate(step.fates.items()):
            outcome, why = self._observe(number, step, address, reply, known, notices)
            faults = self._compare(number, step, address, fate, outcome, why)
            label, what = (str(number), step.what) if first == 0 else ("", "")
            self._row(label, what, address, outcome, why, faults)
        self._report_released({(freed, address) for freed in step.frees for address in step.fates})

    def a_week_later(self):
        """Nothing is sent: what is due comes by itself."""
        self._report_released(set(letters.A_WEEK_LATER))
        left = set(self.waiting)
        if left != set(letters.STILL_HELD):
            self.surprises.append(f"still held: {sorted(left)}, expected {sorted(letters.STILL_HELD)}")

    def _report_released(self, expected):
        released = {key for key in self.waiting if self._delivered(*key)}
        for number, address in sorted(released | expected):
            came = (number, address) in released
            faults = self._released_faults(number, address, came, (number, address) in expected)
            outcome = RELEASED if came else "not released"
            self._row(f"↳{number}", self.steps[number - 1].what, address, outcome, "it was held; now it fits", faults)
            self.waiting.pop((number, address), None)

    def _released_faults(self, number, address, came, expected):
        if came != expected:
            return [f"expected it to be {'released' if expected else 'held'}"]
        delivered = self._delivered(number, address)
        faults = self._shape_faults(self.steps[number - 1], delivered)
        if mail_id(delivered.raw) != self.waiting[(number, address)].rsplit(".", 1)[0]:
            faults.append("its Cadence-Id changed in custody")
        return faults

    # ---- what was seen ----

    def _delivered(self, number, address):
        """The letter as it reached the recipient, or None."""
        wanted = mail.parse(self.steps[number - 1].raw)["Message-ID"]
        for delivery in self.site.sink.deliveries(address):
            if mail.parse(delivery.raw)["Message-ID"] == wanted:
                return delivery
        return None

    def _notices(self, sender):
        return [delivery for delivery in self.site.sink.deliveries(sender) if delivery.sender == ""]

    def _observe(self, number, step, address, reply, known, notices):
        """What happened to a letter for one recipient, and why: in the program's own words where it did not just deliver."""
        if reply.code != 250:
            return letters.REFUSED, f"{reply.code} {reply.text}"
        delivered = self._delivered(number, address)
        if delivered:
            cut = step.sales_text and step.sales_text not in mail.text_of(delivered.raw)
            return letters.CUT if cut else letters.DELIVERED, remark(step, delivered, step.fates[address].why)
        for row in self.site.held(address):
            if row["id"] not in known:
                self.waiting[(number, address)] = row["id"]
                return letters.HELD, reasons_of(row)
        for notice in self._notices(step.sender)[notices:]:
            if address in notice.raw.decode(errors="replace"):
                return letters.RETURNED, self._reasons_of_refusal(step, address)
        return "lost", "neither delivered nor held nor refused"

    def _reasons_of_refusal(self, step, address):
        """Of a recipient who was refused out of a message with others, `explain` knows why."""
        for delivery in (self._delivered(self.steps.index(step) + 1, other) for other in step.fates):
            if delivery:
                verdicts = self.site.json("explain", mail_id(delivery.raw))["verdicts"]
                return "; ".join(map(sentence, next(v for v in verdicts if v["address"] == address)["receipt"]["reasons"]))
        return ""

    # ---- what was expected ----

    def _compare(self, number, step, address, fate, outcome, why):
        if outcome != fate.outcome:
            return [f"expected: {fate.outcome}"]
        if fate.why not in why:
            return [f"expected the reason to name “{fate.why}”"]
        delivered = self._delivered(number, address)
        return self._shape_faults(step, delivered, fate.shows) if delivered else []

    def _shape_faults(self, step, delivered, shows=""):
        """Faults in a letter as it arrived: tags, text, and bytes where no byte may change."""
        received = mail.without_trace(delivered.raw)
        faults = []
        if [name for name, _ in mail.cadence_fields(received)] != ["Cadence-Class", "Cadence-Id"]:
            faults.append("expected exactly the two tags")
        if shows not in mail.parse(received)["Subject"] + received.decode(errors="replace") + mail.text_of(received):
            faults.append(f"expected it to show “{shows}”")
        if not step.untouched and "{{" in mail.text_of(received):
            faults.append("a placeholder reached the customer")
        if step.untouched and mail.without_cadence(received) != mail.without_cadence(step.raw):
            faults.append("expected every byte as it was sent")
        return faults

    # ---- showing it ----

    def _row(self, label, what, address, outcome, why, faults):
        """One row of the table; label is the letter's number, said once for all of its recipients."""
        mark, mark_colour = ("✗", "red") if faults else ("✓", "green")
        name = letters.NAMES[address]
        self.table.row([label, what, name, outcome, why, mark], [None, None, None, COLOURS.get(outcome, "red"), "dim", mark_colour])
        for fault in faults:
            self.table.note(f"    ✗ {fault}", "red")
            self.surprises.append(f"{self.steps[-1].what if not what else what}, {name}: {fault}")

    def _clock(self):
        return datetime.datetime.fromtimestamp(self.site.now(), WARSAW).strftime("%A %-d %B %Y, %H:%M")


def mail_id(raw):
    """The Cadence-Id of a letter that was delivered."""
    return dict(mail.cadence_fields(raw))["Cadence-Id"]


def remark(step, delivered, why):
    """Our own remark on a letter that was delivered, with the subject as the customer reads it where it was filled in."""
    sent, read = (mail.parse(raw)["Subject"] for raw in (step.raw, delivered.raw))
    return ": ".join(filter(None, [f"reads “{read}”" if sent != read else "", why]))


def reasons_of(row):
    """Why a letter is held and until when, as `held list` says it."""
    until = "until its author has looked at it"
    if row["until"]:
        until = "until " + datetime.datetime.fromisoformat(row["until"]).astimezone(WARSAW).strftime("%a %-d %b, %H:%M")
    return "; ".join(map(sentence, row["reasons"])) + f" ({until})"


def sentence(reason):
    """One reason of a verdict in words."""
    rule, name = reason["rule"], reason["name"]
    if rule == "cap":
        return f"“{name}”: {reason['have']} of {reason['limit']} are used"
    if rule == "ratio":
        return f"has had {reason['have']} relational letters, needs {reason['limit']}"
    if rule == "placeholder":
        return f"nothing to fill in for {name}"
    if rule == "requires":
        return f"required, and not so: {name}"
    return f"{rule} {name}".strip()


def next_monday_at_ten():
    """How many seconds ahead of now the demonstration begins."""
    now = datetime.datetime.now(WARSAW)
    monday = now.date() + datetime.timedelta(days=7 - now.weekday())
    return int(datetime.datetime.combine(monday, datetime.time(10), WARSAW).timestamp() - now.timestamp())


def keep_deliveries(demo, folder):
    """Leaves every delivered message as one .eml file with a name that a person can read."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    numbers = {mail.parse(step.raw)["Message-ID"]: number for number, step in enumerate(demo.steps, 1)}
    for delivery in demo.site.sink.deliveries():
        message = mail.parse(delivery.raw)
        number = numbers.get(message["Message-ID"])
        words = f"{delivery.recipient.partition('@')[0]} {message['Subject']}"
        name = "-".join("".join(c if c.isalnum() else " " for c in words).split())
        with open(f"{folder}/{f'{number:02}' if number else 'notice'}-{name}.eml", "wb") as file:
            file.write(delivery.raw)


def play(site, table):
    """The whole demonstration, from Monday morning to Tuesday of the week after."""
    demo = Demo(site, table)
    site.enrol(*letters.CUSTOMERS)
    demo.scene("the bank's programs send their mail")
    demo.play(letters.MONDAY_MORNING)
    site.move_clock(13 * 3600 + 40 * 60)
    demo.scene("somebody logs in at night")
    demo.play(letters.MONDAY_NIGHT)
    site.move_clock(7 * 86400 + 10 * 3600 + 20 * 60)
    site.settle()
    demo.scene("nobody sends anything; the planner releases what fits by now")
    demo.a_week_later()
    table.end()
    return demo


def conclude(demo, folder):
    """Says how it came out; the exit status."""
    keep_deliveries(demo, folder)
    count = len(demo.site.sink.deliveries())
    print(f"\n{count} messages were delivered; they are in {os.path.relpath(folder)}/")
    if not demo.surprises:
        print("✓ Everything came out as the table says it should.")
        return 0
    print(f"✗ {len(demo.surprises)} came out otherwise than expected:")
    for surprise in demo.surprises:
        print(f"  ✗ {surprise}")
    print(demo.site.logs(), file=sys.stderr)
    return 1


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the site is taken down
    try:
        site = harness.Site(letters.CONFIG, clock=next_monday_at_ten())
    except (harness.NeedsRoot, RuntimeError) as missing:
        print(f"The demonstration cannot run: {missing}", file=sys.stderr)
        return 1
    try:
        shutil.copytree(os.path.join(harness.PROJECT, "templates"), f"{site.root}/conf/templates")
        site.start()
        return conclude(play(site, Table(sys.stdout, COLUMNS)), os.path.join(harness.BUILD, "demo"))
    except (TimeoutError, RuntimeError, AssertionError) as fault:
        print(f"✗ {fault}\n{site.logs()}", file=sys.stderr)
        return 1
    finally:
        site.stop()


if __name__ == "__main__":
    sys.exit(main())
