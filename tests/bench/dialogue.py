"""Whether our generator says what Postfix says: both speak to a milter through a listener that notes the commands.

What a command costs a milter is much of what is measured, so a generator that leaves some out would flatter or slander.
"""

import contextlib
import os
import shutil
import socket
import struct
import tempfile
import threading

import stage

MACRO = b"D"


class Listener:
    """A socket between a mail server and a milter. `said` is what the server said: a letter for each command, and two for macros,
    the second that of the command for which they are."""

    def __init__(self, folder, milter):
        self.path, self._milter = f"{folder}/listener.sock", milter
        self._lock, self._said = threading.Lock(), []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(self.path)
        os.chmod(self.path, 0o777)
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def take(self):
        """What was said since, in order."""
        with self._lock:
            said, self._said = self._said, []
        return said

    def close(self):
        self._socket.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                server, _ = self._socket.accept()
                milter = socket.socket(socket.AF_UNIX)
                milter.connect(self._milter)
                threading.Thread(target=self._pass_on, args=(milter, server, lambda _: None), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, milter, self._note), daemon=True).start()

    def _note(self, packet):
        letters = packet[:2] if packet[:1] == MACRO else packet[:1]
        with self._lock:
            self._said.append(letters.decode())

    @staticmethod
    def _pass_on(source, target, note):
        """Packet by packet, until one side ends."""
        with contextlib.suppress(OSError), source.makefile("rb") as stream, target:
            while len(head := stream.read(4)) == 4:
                packet = stream.read(struct.unpack("!I", head)[0])
                note(packet)
                target.sendall(head + packet)


@contextlib.contextmanager
def listener(milter):
    folder = tempfile.mkdtemp(prefix="cadence-listener-")
    os.chmod(folder, 0o755)
    between = Listener(folder, milter)
    try:
        yield between
    finally:
        between.close()
        shutil.rmtree(folder)


def two_messages(said):
    """From the macros of the first MAIL to the second end of message."""
    first = said.index("DM")
    return said[first:said.index("E", said.index("E", first) + 1) + 1]


def check(site, milter):
    """Raises where our generator says two messages on one connection in another way than Postfix."""
    with listener(milter) as between, stage.second_postfix(site, between) as postfix:
        between.take()
        stage.smtp_source(postfix.entry_port, "c@customers.example", count=2, sessions=1)
        by_postfix = two_messages(between.take())
        stage.Load(between.path, stage.SLOTS, site.milter.pid).run(0.5, connections=1)
        by_load = two_messages(between.take())
    if by_load != by_postfix:
        raise RuntimeError(f"the generator says {' '.join(by_load)}, but Postfix {' '.join(by_postfix)}")
