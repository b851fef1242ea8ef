"""What the house needs for files, put together: their folder, who fetches them, who sends pictures."""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.ports import Sender
from channels.http import Http
from channels.wechat.accounts import WeChatAccounts
from channels.wechat.image import ImageSender, Picture
from channels.wechat.media import WeChatMedia
from channels.wechat.send import WeChatApi, WeChatSender
from channels.wechat.token import AccessTokens
from config.settings import Settings
from scheduler.media import MediaFetcher, OrphanSweeper
from store import media
from store.clock import StoredClock
from store.engine import reading
from store.media_files import MediaFolder
from store.writer import Writer

PATIENCE = (3.0, 20.0)  # a file of 10 MB is read and stored by WeChat before it answers


def media_folder(data_dir: Path) -> MediaFolder:
    return MediaFolder(data_dir / "media", lambda: secrets.token_hex(16))


class Needs(Protocol):
    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def clock(self) -> StoredClock: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def at_wechat(self) -> WeChatAccounts: ...


def media_chores(house: Needs, worker: str) -> list[Callable[[], int]]:
    """For the worker: fetch what customers sent, remove what is nobody's."""
    http, clock = Http(house.settings.wechat_api_base, PATIENCE), house.clock
    folder = media_folder(house.settings.data_dir)

    def source(tokens: AccessTokens) -> WeChatMedia:
        return WeChatMedia(tokens, http, lambda base: Http(base, PATIENCE), clock.machine, clock.monotonic)

    sources = {name: source(tokens) for name, tokens in house.at_wechat.tokens.items()}
    fetcher = MediaFetcher(house.writer, clock, sources, folder, worker)
    return [fetcher.tick, OrphanSweeper(house.writer, clock, folder).tick]


def wechat_senders(house: Needs) -> dict[str, Sender]:
    """Each account's sender, able to send a kept picture too."""
    uploads, folder = Http(house.settings.wechat_api_base, PATIENCE), media_folder(house.settings.data_dir)

    def picture(media_id: int) -> Picture | None:
        with reading(house.engine) as conn:
            stored = media.kept_file(conn, media_id)
        return Picture(folder.path(stored.name), stored.mime) if stored else None

    def sender(name: str, api: WeChatApi) -> ImageSender:
        known = house.dealer.accounts.get(name)
        others = WeChatSender(api, menus=known is None or known.menu_messages)
        return ImageSender(others, api, house.at_wechat.tokens[name], uploads, picture, house.now)

    return {name: sender(name, api) for name, api in house.at_wechat.apis.items()}
