"""E-mail and whatever else apprise speaks, behind the same method as the robots.

apprise answers yes or no, with the reason in its log alone; the log may hold addresses, so the reason is not repeated.
"""

import threading
from typing import Any
from urllib.parse import urlsplit

from bot.errors import ChannelStopped, TryLater

AGAIN = 30.0
ONE_AT_A_TIME = threading.Lock()  # apprise keeps one asset and, for some services, one event loop a process


class AppriseWay:
    """url: an address apprise understands; it holds passwords and is shown nowhere."""

    def __init__(self, url: str, timeouts: tuple[float, float]) -> None:
        self.scheme = urlsplit(url).scheme
        self._url = _with_time_outs(url, timeouts)

    def tell(self, text: str) -> None:
        """Raises ChannelStopped for an address apprise cannot read, TryLater for whatever else went wrong."""
        notifier = self._notifier()
        title, _, body = text.partition("\n")
        with ONE_AT_A_TIME:
            told = notifier.notify(title=title, body=body or title)
        if not told:
            raise TryLater("apprise", "提醒没有送出，原因见该服务自己的记录", AGAIN, costs=True)

    def check(self) -> None:
        """Whether apprise can read the address; nothing is sent and nobody is asked."""
        self._notifier()

    def _notifier(self) -> Any:
        import apprise  # noqa: PLC0415  # a third of a second: only where a destination needs it

        notifier = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False, app_id="Huifang"))
        if not notifier.add(self._url):
            raise ChannelStopped("apprise_address", "apprise 读不懂这个地址")
        return notifier


def _with_time_outs(url: str, timeouts: tuple[float, float]) -> str:
    """cto, rto: apprise's own words for connecting and reading, in seconds."""
    connect, read = timeouts
    return f"{url}{'&' if '?' in url else '?'}cto={connect}&rto={read}"
