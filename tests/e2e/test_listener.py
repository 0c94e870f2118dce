"""The milter's port meets people who are not Postfix."""

import os
import socket

import mail
from story import CRM, SALES, Story


class Listener(Story):
    """On a TCP port, as port scanners and monitoring see it."""

    inet = True

    def test_bare_probes_and_garbage_do_no_harm(self):
        pid = self.site.milter.pid
        for payload in (b"", b"\0", b"GET / HTTP/1.0\r\n\r\n", b"\0\0\0\x0dO", b"\xff\xff\xff\xff" * 64):
            for _ in range(5):
                self.probe(payload)
        original = mail.compose(CRM, "anna@mail.example", headers=SALES)
        self.assertEqual(250, self.site.send(CRM, "anna@mail.example", original).code)
        self.assert_only_tagged(original, self.site.sink.wait_for("anna@mail.example")[0], "sales")
        self.assertTrue(self.site.milter.alive())
        self.assertEqual(pid, self.site.milter.pid)

    def test_many_messages_on_one_connection_do_not_mix(self):
        originals = [mail.compose(CRM, f"customer{i}@mail.example", subject=f"Number {i}", headers=SALES) for i in range(10)]
        with mail.connect(self.site.postfix.entry_port) as client:
            for i, original in enumerate(originals):
                client.mail(CRM)
                client.rcpt("left-behind@mail.example")
                client.rset()
                self.assertEqual(250, mail.submit_on(client, CRM, [f"customer{i}@mail.example"], original).code)
        for i, original in enumerate(originals):
            self.assert_only_tagged(original, self.site.sink.wait_for(f"customer{i}@mail.example")[0], "sales")
        self.assertEqual([], self.site.sink.deliveries("left-behind@mail.example"))

    def test_the_daemons_are_not_root(self):
        for daemon in (self.site.milter, self.site.planner):
            self.assertNotEqual(0, os.stat(f"/proc/{daemon.pid}").st_uid)

    def probe(self, payload):
        with socket.create_connection(self.site.milter_address, timeout=5) as connection:
            if payload:
                connection.sendall(payload)
