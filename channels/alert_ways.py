"""The destinations of `config/dealer.yaml`, connected: by name, those whose variables are set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.alert_config import AlertConfig, Destination
from bot.errors import ConfigError
from bot.ports import AlertWay
from channels.alert_apprise import AppriseWay
from channels.alert_robots import RobotWay
from channels.http import LOOPBACK, TIMEOUTS, Http


@dataclass(frozen=True, slots=True)
class Connected:
    """missing: names of destinations whose variable is not set; their alerts stay in the page."""

    ways: Mapping[str, AlertWay]
    missing: Mapping[str, str]


def connect(config: AlertConfig, environment: Mapping[str, str], now: Callable[[], datetime]) -> Connected:
    """Each variable, or the file its name with `_FILE` behind it points to. Raises ConfigError for a bad address."""
    ways: dict[str, AlertWay] = {}
    missing: dict[str, str] = {}
    for name, one in config.destinations.items():
        needed = [each for each in (one.url, one.secret) if each]
        unset = next((each for each in needed if not _value(environment, each)), None)
        if unset:
            missing[name] = unset
        else:
            ways[name] = _way(one, environment, now)
    return Connected(ways, missing)


def _way(one: Destination, environment: Mapping[str, str], now: Callable[[], datetime]) -> AlertWay:
    url = _value(environment, one.url)
    if one.kind == "apprise":
        return AppriseWay(url, TIMEOUTS)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ConfigError(one.url, "must be the robot's https address")
    secret = _value(environment, one.secret) if one.secret else ""
    return RobotWay(one.kind, url, secret, now, Http(f"{parts.scheme}://{parts.netloc}", TIMEOUTS, connections=2))


def _value(environment: Mapping[str, str], name: str) -> str:
    if path := environment.get(f"{name}_FILE"):
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as error:
            raise ConfigError(f"{name}_FILE", f"cannot be read: {error.strerror}") from None
    return environment.get(name, "")
