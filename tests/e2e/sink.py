"""The world outside: an SMTP server on loopback to which the private Postfix delivers everything.

It records each recipient's copy byte for byte with its envelope, ESMTP parameters included (RFC 5321, 3461, 6152, 6531).
"""

import contextlib
import dataclasses
import socketserver
import threading
import time

from loopback import wait_until

EXTENSIONS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "SIZE 20480000")


@dataclasses.dataclass
class Delivery:
    """One copy for one recipient, as it came."""

    sender: str
    parameters: dict
    recipient: str
    recipient_parameters: dict
    raw: bytes
    at: float


class _Session(socketserver.StreamRequestHandler):
    """One SMTP connection."""

    def handle(self):
        with contextlib.suppress(ConnectionError):
            self.converse()

    def converse(self):
        self.forget()
        self.reply(220, "sink ready")
        while line := self.rfile.readline(4096):
            verb, _, rest = line.decode("utf-8").strip().partition(" ")
            if verb.upper() == "QUIT":
                self.reply(221, "bye")
                return
            self.answer(verb.upper(), rest)

    def answer(self, verb, rest):
        if verb == "EHLO":
            self.reply(250, "sink", *EXTENSIONS)
        elif verb == "MAIL":
            self.sender, self.parameters = _path(rest)
            self.reply(250, "2.1.0 ok")
        elif verb == "RCPT":
            self.recipients.append(_path(rest))
            self.reply(250, "2.1.5 ok")
        elif verb == "DATA":
            self.reply(354, "go ahead")
            self.take(self.read_data())
            self.reply(250, "2.0.0 ok")
        else:
            self.forget()
            self.reply(250, "2.0.0 ok")

    def forget(self):
        self.sender, self.parameters, self.recipients = None, {}, []

    def read_data(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionError("cut off within a message, which therefore is none")
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def take(self, raw):
        now = time.time()
        for recipient, parameters in self.recipients:
            self.server.record(Delivery(self.sender, self.parameters, recipient, parameters, raw, now))
        self.forget()

    def reply(self, code, *lines):
        text = [f"{code}{'-' if line is not lines[-1] else ' '}{line}\r\n" for line in lines]
        self.wfile.write("".join(text).encode())


def _path(argument):
    """Splits 'FROM:<a@b> BODY=8BITMIME SMTPUTF8' into the address and its parameters."""
    path, _, rest = argument.partition(">")
    parameters = {}
    for word in rest.split():
        name, _, value = word.partition("=")
        parameters[name.upper()] = value
    return path.partition("<")[2], parameters


class Sink(socketserver.ThreadingTCPServer):
    """The server and its memory. Threads of its own; safe to ask at any time."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.port = self.server_address[1]
        self._lock = threading.Lock()
        self._deliveries = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def record(self, delivery):
        with self._lock:
            self._deliveries.append(delivery)

    def deliveries(self, recipient=None):
        """All deliveries so far, or one recipient's, in the order they came."""
        with self._lock:
            return [d for d in self._deliveries if recipient in (None, d.recipient)]

    def wait_for(self, recipient, count=1, timeout=20):
        """Waits until the recipient has got at least so many messages and returns them."""
        wait_until(lambda: len(self.deliveries(recipient)) >= count, timeout, f"{count} message(s) for {recipient}")
        return self.deliveries(recipient)

    def stop(self):
        self.shutdown()
        self.server_close()
        self._thread.join()
