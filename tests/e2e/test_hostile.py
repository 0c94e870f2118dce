"""Monsters and stallers: what nobody sends who means well. The milter answers all of it and goes on serving others."""

import os
import sqlite3
import time

import mail
from milter_client import CONTINUE, DISCARD, REPLY_CODE, TEMPFAIL
from session import Session, greeting
from story import CRM, RELATIONAL, SALES

MANY = 10000
IDLE = 500
MEBIBYTE = 1 << 20
PATIENCE = 300  # seconds that Postfix gives a milter for a message's content

NAME = "{{customer.id}}"

ATTACHED = f"""--b
Content-Type: text/plain

Dear {NAME}.
--b
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename=x

"""


def nested(depth, text):
    """A multipart within a multipart within …, and the text in the innermost."""
    opening = "".join(f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(depth))
    closing = "".join(f"\n--b{level}--\n" for level in reversed(range(depth)))
    return f"{opening}Content-Type: text/plain\n\n{text}\n{closing}"


class Monsters(Session):

    def assert_answered(self, recipients, raw, replies=(CONTINUE,)):
        client = self.connect()
        client.socket.settimeout(PATIENCE)
        began = time.monotonic()
        verdict = client.message(CRM, recipients, raw)
        self.assertIn(verdict.reply, replies)
        self.assertLess(time.monotonic() - began, PATIENCE)
        self.assert_served(self.connect(), f"after{time.monotonic_ns()}@mail.example")
        return verdict

    def test_fifty_megabytes_pass_filled(self):
        head = mail.compose(CRM, "big@mail.example", headers=RELATIONAL).split(b"MIME-Version")[0]
        attachment = mail.crlf("QWxsIHdvcmsgYW5kIG5vIHBsYXkgbWFrZXMgSmFjayBhIGR1bGwgYm95Lg==\n" * (50 * MEBIBYTE // 62))
        body = mail.crlf(ATTACHED) + attachment + b"--b--\r\n"
        raw = head + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + body
        verdict = self.assert_answered(["big@mail.example"], raw)
        self.assertEqual(body.replace(NAME.encode(), b"big@mail.example", 1), verdict.body)

    def test_fifty_megabytes_are_held_whole(self):
        address = "hoarder@mail.example"
        for _ in range(2):
            self.connect().message(CRM, [address], mail.compose(CRM, address, headers=SALES))
        raw = mail.compose(CRM, address, text="x" * 70 + "\n" + ("y" * 70 + "\n") * (50 * MEBIBYTE // 71), headers=SALES)
        self.assert_answered([address], raw, (DISCARD,))
        [held] = self.site.held(address)
        self.site.ctl("held", "export", f"{self.site.root}/store/exported")
        with open(f"{self.site.root}/store/exported/{held['id']}.eml", "rb") as file:
            self.assertEqual(mail.split(raw)[1], mail.split(file.read())[1])

    def test_ten_thousand_recipients_get_a_verdict_each(self):
        addresses = [f"crowd{number}@mail.example" for number in range(MANY)]
        verdict = self.assert_answered(addresses, mail.compose(CRM, "all@mail.example", headers=RELATIONAL))
        with sqlite3.connect(f"file:{self.site.store}/cadence.db?mode=ro", uri=True) as database:
            [(counted,)] = database.execute("SELECT COUNT(DISTINCT customer) FROM contact WHERE message = ?",
                                            (verdict.added()["Cadence-Id"].strip(),))
        self.assertEqual(MANY, counted)

    def test_five_thousand_fields(self):
        fields = [f"X-Field-{number}: {'x' * 60}" for number in range(5000)]
        verdict = self.assert_answered(["fields@mail.example"], mail.compose(CRM, "fields@mail.example", text=f"Dear {NAME}.\n",
                                                                            headers=(*RELATIONAL, *fields)))
        self.assertEqual(b"Dear fields@mail.example.\r\n", verdict.body)

    def test_one_field_of_half_a_megabyte(self):
        field = "X-Long: " + "\n ".join(["y" * 900] * 580)
        self.assert_answered(["long@mail.example"], mail.compose(CRM, "long@mail.example", headers=(*RELATIONAL, field)))

    def test_a_thousand_parts_within_each_other(self):
        head = mail.compose(CRM, "deep@mail.example", headers=RELATIONAL).split(b"MIME-Version")[0].decode()
        raw = mail.crlf(head + "MIME-Version: 1.0\n" + nested(1000, f"Dear {NAME}."))
        self.assert_answered(["deep@mail.example"], raw)

    def test_a_hundred_thousand_placeholders(self):
        text = f"{NAME}\n" * 100000
        verdict = self.assert_answered(["echo@mail.example"], mail.compose(CRM, "echo@mail.example", text=text, headers=RELATIONAL),
                                       (CONTINUE, DISCARD, REPLY_CODE, TEMPFAIL))
        if verdict.reply == CONTINUE:
            self.assertEqual(b"echo@mail.example\r\n" * 100000, verdict.body)

    def test_a_hundred_thousand_sections_within_each_other(self):
        depth = 100000
        text = "{{#customer.id}}" * depth + "x" + "{{/customer.id}}" * depth
        self.assert_answered(["knot@mail.example"], mail.compose(CRM, "knot@mail.example", text=text, headers=RELATIONAL), (DISCARD, REPLY_CODE))


class Stallers(Session):

    def test_who_stalls_in_any_state_keeps_nobody_waiting(self):
        raw = greeting("stalled@mail.example")
        stalled = []
        for steps in range(12):
            client = self.connect()
            conversation = client.converse(CRM, ["stalled@mail.example"], raw)
            for _ in range(steps):
                next(conversation, None)
            stalled.append(client)
        for number in range(20):
            self.assert_served(self.connect(), f"quick{number}@mail.example", number)

    def test_who_stalls_within_a_packet_keeps_nobody_waiting(self):
        for length in range(1, 6):
            client = self.connect()
            client.socket.sendall(b"\0\0\0\x20Mxxxx"[:length])
        self.assert_served(self.connect(), "after@mail.example")

    def test_five_hundred_idle_connections(self):
        idle = [self.connect() for _ in range(IDLE)]
        self.assert_served(self.connect(), "busy@mail.example")
        for client in (idle[0], idle[IDLE // 2], idle[-1]):
            self.assert_served(client, "idle@mail.example")
        self.assertLess(self.resident_mebibytes(), 150)

    def resident_mebibytes(self):
        with open(f"/proc/{self.site.milter.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / MEBIBYTE
