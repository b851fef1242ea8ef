"""The site served over real HTTP by a threaded server, and WeChat pushing to it."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import requests
from flask import Flask
from werkzeug.serving import make_server

from bot.ports import NonceCache
from channels.wechat.receive import Mode, WeChatReceiver
from scheduler.callbacks import settle_wechat
from store.losable import Losable
from store.writer import Writer
from tests.turn_house import TurnHouse
from tests.wechat_push import AES_KEY, APP_ID, TOKEN, Push
from web.news import noting
from web.site import PROVIDER_BODY, Part, SiteNeeds, create_site
from web.turn import TurnTaker
from web.webhooks import wechat_webhooks

NEEDS = SiteNeeds(secret_key="secret", https=False)


def wechat_site(
    house: TurnHouse, taker: TurnTaker | None = None, nonces: NonceCache | None = None, mode: Mode = "secure"
) -> Flask:
    receivers = {"main": WeChatReceiver("main", TOKEN, AES_KEY, APP_ID, mode)}
    taken, settle = (taker or house.taker).take, settle_wechat(Writer(house.engine), house.clock)
    note = noting(Writer(house.engine, house.wakes.wake), house.clock, house.dealer)
    pages = wechat_webhooks(receivers, house.clock, nonces or Losable("").nonces, taken, settle, note)
    return create_site(NEEDS, parts=[Part(pages, max_body=PROVIDER_BODY, for_providers=True)])


class Caller:
    """WeChat's side of the line."""

    def __init__(self, house: TurnHouse, url: str) -> None:
        self.house, self.url, self.push = house, url, Push()

    def post(self, xml: str, nonce: str = "", **changed: str) -> requests.Response:
        args, body = self.push.sealed(xml, self.house.clock.now, nonce)
        return self.send(args | changed, body)

    def send(self, args: Mapping[str, str], body: bytes) -> requests.Response:
        return requests.post(self.url, params=args, data=body, timeout=20, allow_redirects=False)

    def opened(self, answer: requests.Response) -> str:
        assert answer.status_code == 200, answer.text
        return self.push.opened(answer.text)["Content"]

    def at_once(self, xml: str, times: int) -> list[requests.Response]:
        """The same message, each push signed anew, all let go together."""
        ready = Barrier(times)

        def one(_number: int) -> requests.Response:
            args, body = self.push.sealed(xml, self.house.clock.now)
            ready.wait(10)
            return self.send(args, body)

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(one, range(times)))


@contextmanager
def served(house: TurnHouse, site: Any) -> Iterator[Caller]:
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Caller(house, f"http://127.0.0.1:{server.server_port}/wechat/main")
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
