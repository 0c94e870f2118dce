"""Loopback ports that are proved free before use and proved ours after.

Two servers can share one port silently (SO_REUSEPORT) and split the connections between them, so asking for a free port is not
enough: once a server listens, the kernel's tables are read back to see that it alone does.
"""

import os
import socket
import time


def free_port():
    """A TCP port on which nobody listens on any loopback or wildcard address."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if not listening_inodes(port):
            return port


def listening_inodes(port):
    """The inodes of all sockets that listen on a TCP port, whatever the address."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not os.path.exists(table):
            continue
        with open(table) as lines:
            next(lines)
            for line in lines:
                fields = line.split()
                local, state, inode = fields[1], fields[3], fields[9]
                if state == "0A" and int(local.rsplit(":", 1)[1], 16) == port:
                    inodes.add(int(inode))
    return inodes


def socket_inodes(pid):
    """The inodes of all sockets that a process has open."""
    inodes = set()
    folder = f"/proc/{pid}/fd"
    for descriptor in os.listdir(folder):
        try:
            target = os.readlink(f"{folder}/{descriptor}")
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            inodes.add(int(target[8:-1]))
    return inodes


def assert_listens_alone(pid, port):
    """Raises where anybody but this process listens on the port, or the process does not."""
    listening = listening_inodes(port)
    if not listening or not listening <= socket_inodes(pid):
        raise RuntimeError(f"port {port} is not process {pid}'s alone: another server listens there too")


def wait_until(condition, timeout, what):
    """Waits until condition() is true and returns what it gave; raises TimeoutError naming what was waited for."""
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout} s for {what}")
        time.sleep(0.02)


def accepts(address):
    """True where something accepts a connection: a path of a unix socket, or a (host, port) pair."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as probe:
        try:
            probe.connect(address)
        except OSError:
            return False
        return True
