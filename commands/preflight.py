"""What would go wrong a minute later is said at once: ports, data folder, configuration folder."""

import errno
import os
import socket
from pathlib import Path

from bot.errors import ConfigError
from config.settings import Settings


def check(settings: Settings) -> None:
    """Raises ConfigError with one sentence; makes the data folder."""
    check_port(settings.bind, settings.port, "HUIFANG_PORT")
    if settings.sandbox:
        check_port("127.0.0.1", settings.sandbox_port, "HUIFANG_SANDBOX_PORT")
    check_data_dir(settings.data_dir)
    if not settings.config_dir.is_dir():
        raise ConfigError("HUIFANG_CONFIG_DIR", f"there is no folder {settings.config_dir.absolute()}.")


def check_port(host: str, port: int, setting: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As gunicorn will: a port still waiting for late packets of the last run is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(setting, _port_sentence(error, host, port)) from None


def _port_sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use; stop what listens there or choose another."
    if error.errno == errno.EACCES:
        return f"port {port} may not be opened by this user; choose one above 1023."
    return f"cannot listen on {host}:{port}: {error.strerror}."


def check_data_dir(folder: Path) -> None:
    trial = folder / f".writable.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise ConfigError("HUIFANG_DATA_DIR", f"cannot write {folder.absolute()}: {error.strerror}.") from None
