"""The mail server's side of the milter protocol, version 6, as libmilter speaks it (mfdef.h; Sendmail's libmilter/docs).

A packet is a length of four bytes, a command of one and its data. Every command that is sent here is answered, but for macros,
ABORT, QUIT, QUIT_NC, and those that the milter said it would not answer.
"""

import dataclasses
import re
import socket
import struct

ADD_HEADERS, CHANGE_BODY, DELETE_RECIPIENTS, CHANGE_HEADERS, SET_MACROS = 0x01, 0x02, 0x08, 0x10, 0x100
ALL_ACTIONS = 0x1FF
NO_HELO, NO_DATA, LEADING_BLANK = 0x02, 0x200, 0x100000
ALL_PROTOCOL = 0x1FFFFF  # all that a server of version 6 can leave out or add

LARGE_PACKETS = 0x30000000  # of 256 KiB or 1 MiB: Sendmail's, not Postfix's

UNANSWERED = {b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000, b"L": 0x80, b"N": 0x40000, b"B": 0x80000}

CHUNK = 65535

CONTINUE, ACCEPT, DISCARD, REJECT, TEMPFAIL, REPLY_CODE = b"c", b"a", b"d", b"r", b"t", b"y"
FINAL = (CONTINUE, ACCEPT, DISCARD, REJECT, TEMPFAIL, REPLY_CODE)


@dataclasses.dataclass(frozen=True)
class Edit:
    """One change that the milter asked for: kind is "add", "change", "body", "delete recipient" or "quarantine"."""

    kind: str
    name: str = ""  # of a header field
    index: int = 0  # of a header field to be changed, counted from 1 among those of its name
    value: bytes = b""  # of a header field (empty: to be removed), or the address, the piece of body, the reason


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What the milter said at the end of a message."""

    edits: list
    reply: bytes  # one of FINAL
    text: bytes = b""  # the SMTP reply that goes with REPLY_CODE, as it crossed the wire: a percent sign is doubled

    @property
    def smtp(self):
        """The SMTP reply as the client will read it."""
        return self.text.replace(b"%%", b"%").decode("ascii")

    def values(self, kind):
        return [edit.value for edit in self.edits if edit.kind == kind]

    @property
    def body(self):
        """The new body in one piece, None where it stays."""
        pieces = self.values("body")
        return b"".join(pieces) if pieces else None

    def deleted(self):
        return [address.decode() for address in self.values("delete recipient")]

    def added(self):
        """The fields that are added, as a dict."""
        return {edit.name: edit.value.decode() for edit in self.edits if edit.kind == "add"}


class MilterClient:
    """One connection to a milter. address is a path, or a pair of host and port."""

    def __init__(self, address, version=6, actions=ALL_ACTIONS, protocol=ALL_PROTOCOL, timeout=30):
        self.socket = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        self.protocol = 0
        self._offer = struct.pack("!III", version, actions, protocol)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut()

    # ---- packets ----

    def send(self, command, data=b""):
        self.socket.sendall(struct.pack("!I", len(data) + 1) + command + data)

    def receive(self):
        """The next packet: command and data."""
        [length] = struct.unpack("!I", self._read(4))
        packet = self._read(length)
        return packet[:1], packet[1:]

    def _read(self, length):
        data = b""
        while len(data) < length:
            piece = self.socket.recv(length - len(data))
            if not piece:
                raise ConnectionError("the milter has closed the connection")
            data += piece
        return data

    def ask(self, command, data=b""):
        """Sends a command to which the milter has nothing to say but that it goes on."""
        self.send(command, data)
        if self.protocol & UNANSWERED.get(command, 0):
            return
        answer = self.receive()
        if answer != (CONTINUE, b""):
            raise AssertionError(f"to {command!r} the milter said {answer}")

    # ---- a connection ----

    def negotiate(self):
        """Sets what the milter wants: actions, protocol and, by number of the stage, macros."""
        self.send(b"O", self._offer)
        command, data = self.receive()
        if command != b"O":
            raise AssertionError(f"no negotiation but {command!r}")
        self.version, self.actions, self.protocol = struct.unpack("!III", data[:12])
        self.macros = _macro_lists(data[12:])
        return self

    def connect(self, client="192.0.2.1", family=b"4", host="app.bank.example"):
        """family: b"4", b"6", b"L" (a path) or b"U" (unknown: then there is no client)."""
        address = b"" if family == b"U" else struct.pack("!H", 25) + _text(client)
        self.ask(b"C", _text(host) + family + address)

    def helo(self, name="app.bank.example"):
        if not self.protocol & NO_HELO:
            self.ask(b"H", _text(name))

    # ---- a message, whole ----

    def message(self, sender, recipients, raw):
        """Says a whole message, CRLF newlines, as Postfix would, and returns the Verdict."""
        for _ in self.converse(sender, recipients, raw):
            pass
        return self.end_of_message()

    def converse(self, sender, recipients, raw):
        """The same command by command, one for each step of this generator. The end of message is left to the caller."""
        head, _, body = raw.partition(b"\r\n\r\n")
        self.mail(f"<{sender}>")
        yield "MAIL"
        for recipient in recipients:
            self.rcpt(f"<{recipient}>")
            yield "RCPT"
        self.data()
        yield "DATA"
        for name, value in _fields(head):
            self.header(name, value)
            yield "HEADER"
        self.end_of_headers()
        yield "EOH"
        for at in range(0, len(body), CHUNK):
            self.body(body[at:at + CHUNK])
            yield "BODY"

    # ---- a message, command by command ----

    def macro(self, command, **values):
        """Macros for the command that follows; names of more than one letter stand in braces."""
        pairs = (_text(name if len(name) == 1 else f"{{{name}}}") + _text(value) for name, value in values.items())
        self.send(b"D", command + b"".join(pairs))

    def mail(self, argument, *parameters):
        self.ask(b"M", b"".join(map(_text, (argument, *parameters))))

    def rcpt(self, argument, *parameters):
        self.ask(b"R", b"".join(map(_text, (argument, *parameters))))

    def data(self):
        if not self.protocol & NO_DATA:
            self.ask(b"T")

    def header(self, name, value):
        """value as bytes, its leading blank included, folds as LF and blank."""
        self.ask(b"L", _text(name) + value + b"\0")

    def end_of_headers(self):
        self.ask(b"N")

    def body(self, chunk):
        self.ask(b"B", chunk)

    def end_of_message(self, chunk=b""):
        """Ends the message, perhaps with a last piece of body, and returns the Verdict."""
        self.send(b"E", chunk)
        return self.verdict()

    def verdict(self):
        """What the milter says to an end of message that was sent."""
        edits = []
        while True:
            command, data = self.receive()
            if command in FINAL:
                return Verdict(edits, command, data.rstrip(b"\0"))
            edits.append(_edit(command, data))

    def abort(self):
        self.send(b"A")

    # ---- the end ----

    def quit(self):
        self.send(b"Q")
        self.cut()

    def quit_for_another(self):
        """Another SMTP client follows on this connection; nothing is negotiated anew."""
        self.send(b"K")

    def cut(self):
        """Closes the connection without a word."""
        self.socket.close()


def _text(text):
    return text.encode() + b"\0"


def _fields(head):
    """Name and value of each field of a header, folds as LF and blank."""
    for field in re.split(rb"\r\n(?![ \t])", head):
        name, _, value = field.partition(b":")
        yield name.decode(), value.replace(b"\r\n", b"\n")


def _macro_lists(data):
    """Stage and names, as often as there are any: {3: ["{auth_authen}"]}."""
    lists = {}
    while data:
        [stage] = struct.unpack("!I", data[:4])
        names, _, data = data[4:].partition(b"\0")
        lists[stage] = names.decode().split()
    return lists


def _edit(command, data):
    if command == b"h":
        name, value, _ = data.split(b"\0")
        return Edit("add", name.decode(), value=value)
    if command == b"m":
        name, value, _ = data[4:].split(b"\0")
        return Edit("change", name.decode(), struct.unpack("!I", data[:4])[0], value)
    if command == b"b":
        return Edit("body", value=data)
    if command in (b"-", b"q"):
        return Edit("delete recipient" if command == b"-" else "quarantine", value=data.rstrip(b"\0"))
    raise AssertionError(f"the milter sent {command!r} {data!r}")
