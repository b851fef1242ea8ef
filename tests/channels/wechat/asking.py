"""A process of its own that sends with eight threads at once: `python -m tests.channels.wechat.asking BASE REDIS`."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from bot.messages import Outgoing, Way
from channels.http import Http
from channels.wechat.send import WeChatApi, WeChatSender
from channels.wechat.token import AccessTokens
from store.losable import Losable

THREADS = 8


def main(base: str, redis_url: str) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    losable, http = Losable(redis_url), Http(base)
    tokens = AccessTokens(
        "wx0123456789", "secret", http, cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
        monotonic=time.monotonic, machine=now,
    )  # fmt: skip
    sender, gate = WeChatSender(WeChatApi(tokens, http, now)), threading.Barrier(THREADS)

    def send(number: int) -> bool:
        gate.wait(10)
        return sender.send(Outgoing(f"out-{number}", Way.CUSTOM, "main", "oLiLei", {"text": "您好"})) == ""

    with ThreadPoolExecutor(THREADS) as pool:
        print(f"{sum(pool.map(send, range(THREADS)))} sent")


if __name__ == "__main__":
    main(*sys.argv[1:])
