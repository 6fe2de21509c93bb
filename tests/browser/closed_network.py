"""A network for one test, in which every packet is seen.

Run as a program, it is the watcher: it runs in a new network namespace whose only device is the
loopback, routes all addresses to that device (so that a packet to anywhere is sent, seen and lost),
and records each destination once. Imported, it starts that watcher and puts other programs into the
same namespace.
"""

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROUTES = """link set lo up
addr add 192.0.2.2/32 dev lo
route add default dev lo src 192.0.2.2
addr add 2001:db8::2/128 dev lo nodad
route add ::/0 dev lo
"""
ALL_PROTOCOLS, TCP, UDP = 3, 6, 17
SYN, ACK = 2, 16
NAMES = {TCP: "tcp", UDP: "udp"}


def destination(packet: bytes) -> str:
    """Return an IP packet's destination as "protocol address port"; empty for a packet inside a TCP
    connection."""
    if packet[0] >> 4 == 6:
        kind, to, rest = packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[40:]
    else:
        kind, to, rest = packet[9], socket.inet_ntoa(packet[16:20]), packet[(packet[0] & 15) * 4 :]
    if kind == TCP and rest[13] & (SYN | ACK) != SYN:
        return ""
    port = struct.unpack("!H", rest[2:4])[0] if kind in NAMES else 0
    return f"{NAMES.get(kind, kind)} {to} {port}"


def watch(notes: Path) -> None:
    """Write every new destination to ``notes`` until somebody ends this process."""
    ears = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL_PROTOCOLS))
    ears.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 25)
    subprocess.run(["ip", "-batch", "-"], input=ROUTES, text=True, check=True)
    seen = {""}
    with notes.open("a", encoding="ascii", buffering=1) as book:
        book.write("watching\n")
        while True:
            to = destination(ears.recv(128))
            if to not in seen:
                seen.add(to)
                book.write(f"{to}\n")


class ClosedNetwork:
    """A namespace with its watcher: put programs into it with ``inside``, and read with ``sent``
    where packets went."""

    def __init__(self, watcher: int, notes: Path) -> None:
        self._watcher, self._notes = watcher, notes

    def inside(self, *command: str) -> list[str]:
        return ["nsenter", f"--net=/proc/{self._watcher}/ns/net", *command]

    def sent(self) -> list[str]:
        """Return every destination so far, in the order of first packets."""
        return self._notes.read_text(encoding="ascii").splitlines()[1:]


@contextlib.contextmanager
def closed_network(notes: Path) -> Iterator[ClosedNetwork]:
    """Yield a new network, then remove it. Skips the test if permissions do not allow one."""
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in ("unshare", "nsenter", "ip")):
        pytest.skip(
            "A network of the test's own needs root, unshare and nsenter (util-linux) and ip (iproute2)."
        )
    notes.touch()
    watcher = subprocess.Popen(["unshare", "--net", sys.executable, __file__, str(notes)])
    try:
        end = time.monotonic() + 20
        while "watching" not in notes.read_text(encoding="ascii"):
            assert watcher.poll() is None and time.monotonic() < end, (
                "the watcher of the network did not start"
            )
            time.sleep(0.05)
        yield ClosedNetwork(watcher.pid, notes)
    finally:
        watcher.kill()
        watcher.wait()


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
