"""Messages as bytes: composing them, handing them in by SMTP with every ESMTP parameter, and comparing what came out with what went in."""

import dataclasses
import email
import email.policy
import re
import smtplib
import uuid

RECEIVED = re.compile(rb"\AReceived:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.IGNORECASE)
TAG = re.compile(rb"^(Cadence-[A-Za-z-]+):[ \t]*([^\r\n]*)\r\n((?:[ \t][^\r\n]*\r\n)*)", re.IGNORECASE | re.MULTILINE)


def compose(sender, recipient, subject="Hello", text="Good day.\n", headers=(), message_id=None):
    """A small text/plain message in UTF-8 with CRLF newlines. headers are whole lines that stand before the subject."""
    lines = [
        f"From: <{sender}>",
        f"To: <{recipient}>",
        "Date: Mon, 02 Nov 2026 09:00:00 +0100",
        f"Message-ID: <{message_id or uuid.uuid4().hex}@bank.example>",
        *headers,
        f"Subject: {subject}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        text,
    ]
    return crlf("\n".join(lines))


def crlf(text):
    """Text as the bytes of a message."""
    return re.sub(r"\r?\n", "\r\n", text).encode()


@dataclasses.dataclass(frozen=True)
class Reply:
    """What the sender was told at the end: "250", "2.0.0" and the sentence."""

    code: int
    text: str

    @property
    def status(self):
        """The enhanced status code of RFC 3463."""
        return self.text.split(" ", 1)[0]


def connect(port):
    """A connection to Postfix on which messages can be handed in."""
    client = smtplib.SMTP("127.0.0.1", port, timeout=60)
    client.ehlo("app.bank.example")
    return client


def submit(port, sender, recipients, raw, parameters=()):
    """Hands in one message. A recipient is an address or (address, [parameters]). Returns the last reply."""
    with connect(port) as client:
        return submit_on(client, sender, recipients, raw, parameters)


def submit_on(client, sender, recipients, raw, parameters=()):
    """The same on a connection that is open already. It is left ready for the next message."""
    code, text = client.mail(sender, list(parameters))
    for recipient in recipients:
        if code >= 400:
            break
        address, options = (recipient, ()) if isinstance(recipient, str) else recipient
        code, text = client.rcpt(address, list(options))
    if code >= 400:
        client.rset()
    else:
        code, text = _data(client, raw)
    return Reply(code, text.decode(errors="replace"))


def _data(client, raw):
    try:
        return client.data(raw)
    except smtplib.SMTPDataError as refusal:
        return refusal.smtp_code, refusal.smtp_error


def without_trace(raw):
    """A delivered message without the Received fields that Postfix put on top of it."""
    while found := RECEIVED.match(raw):
        raw = raw[found.end():]
    return raw


def split(raw):
    """Header section, its last newline included, and everything after the empty line."""
    head, _, body = raw.partition(b"\r\n\r\n")
    return head + b"\r\n", body


def cadence_fields(raw):
    """The Cadence- fields of a message: a list of (name, value), in order."""
    return [(m[1].decode(), (m[2] + m[3]).decode().strip()) for m in TAG.finditer(split(raw)[0])]


def without_cadence(raw):
    """The message with every Cadence- field taken out, whatever the case of its name; every other byte stays."""
    head, body = split(raw)
    return TAG.sub(b"", head) + b"\r\n" + body


def parse(raw):
    """The message as the standard library reads it, for looking at decoded text."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(raw, subtype="plain"):
    """The decoded text of the first text/SUBTYPE part."""
    for part in parse(raw).walk():
        if part.get_content_type() == f"text/{subtype}":
            return part.get_content()
    raise AssertionError(f"no text/{subtype} part in {raw!r}")
