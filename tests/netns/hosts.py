"""Hosts on one machine: each a network namespace with a cable of its own to the bridge of another, `hub`.

Needs root and `ip netns`. A process started `inside` a namespace lives in it; so does what this thread opens there.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HUB = "10.77.0.1"
CLONE_NEWNET = 0x40000000
NAMES = Path("/var/run/netns")


def unfit() -> str:
    """Why there can be no namespaces here; "" when there can."""
    if os.geteuid() != 0:
        return "needs root (network namespaces)"
    try:
        tried = subprocess.run(["unshare", "-n", "ip", "link", "add", "br0", "type", "bridge"], capture_output=True)  # noqa: PLW1510
    except FileNotFoundError as error:
        return f"needs {error.filename} (util-linux, iproute2)"
    return "" if tried.returncode == 0 else f"no network namespaces or bridges here: {tried.stderr.decode().strip()}"


class Network:
    """cut, mend: the cable of a host, as when somebody pulls it."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self._hub = f"hf{os.getpid()}"
        self._hosts = {name: f"{self._hub}-{name}" for name in hosts}

    def lay(self) -> None:
        _ip("netns", "add", self._hub)
        _ip("-n", self._hub, "link", "add", "br0", "type", "bridge")
        _ip("-n", self._hub, "addr", "add", f"{HUB}/24", "dev", "br0")
        for device in ("lo", "br0"):
            _ip("-n", self._hub, "link", "set", device, "up")
        for name, host in self._hosts.items():
            _ip("netns", "add", host)
            _ip("-n", self._hub, "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", host)
            _ip("-n", self._hub, "link", "set", f"to-{name}", "master", "br0", "up")
            _ip("-n", host, "addr", "add", f"{self.address(name)}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", host, "link", "set", device, "up")

    def address(self, name: str) -> str:
        return f"10.77.0.{list(self._hosts).index(name) + 11}"

    def take_away(self) -> None:
        for name in (*self._hosts.values(), self._hub):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def cut(self, name: str) -> None:
        _ip("-n", self._hub, "link", "set", f"to-{name}", "down")

    def mend(self, name: str) -> None:
        _ip("-n", self._hub, "link", "set", f"to-{name}", "up")

    @contextmanager
    def inside(self, name: str = "") -> Iterator[None]:
        """This thread, and what it starts, in the host of that name; without one in the hub."""
        with open("/proc/thread-self/ns/net") as here, open(NAMES / self._hosts.get(name, self._hub)) as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(here.fileno())


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
