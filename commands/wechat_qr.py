"""`wechat qr <scene>`: a code for a spot in the showroom, for a consultant, or for the receipt of a repair order."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import segno
from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.errors import ConfigError
from bot.ports import Clock
from channels.wechat.qr import QrScene, create_lasting_scene, create_scene
from channels.wechat.send import WeChatApi
from commands.wechat_account import account_named
from store.engine import reading
from store.scenes import bind_code_left, is_consultant

PICTURES = (".png", ".svg")
PIXELS = 12  # a module; 430 px and more for these codes, sharp in print at 4 cm


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def wechat(self) -> Mapping[str, WeChatApi]: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scene", help="showroom:<spot>, consultant:<username>, or bind:<token> as the API gave it")
    parser.add_argument("--out", type=Path, help="also draw it: a file ending in .png or .svg")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Raises ConfigError for a scene nobody would know again, and a SendError when WeChat refuses."""
    if options.out and options.out.suffix.lower() not in PICTURES:
        raise ConfigError(f"--out {options.out}", f"the name must end in {' or '.join(PICTURES)}")
    api = account_named(house.wechat, options.account)
    code = _made(house, api, options.account, options.scene)
    if options.out:
        segno.make(code.url, error="m").save(options.out, scale=PIXELS, border=4)
    _tell(options, code)
    return 0


def _made(house: Needs, api: WeChatApi, account: str, scene: str) -> QrScene:
    """Spots and consultants have a code for good, of which an account has 100,000; a receipt's ends with its token."""
    kind, _, value = scene.partition(":")
    if kind == "bind":
        return create_scene(api, scene, _seconds_left(house, value))
    _check(house, account, kind, value)
    return create_lasting_scene(api, scene)


def _check(house: Needs, account: str, kind: str, value: str) -> None:
    settings = house.dealer.accounts[account]
    if kind == "showroom":
        if value not in settings.showroom:
            known = ", ".join(settings.showroom) or "none"
            raise ConfigError(f"dealer.yaml: accounts.{account}.showroom", f"has no spot {value!r} (known: {known})")
    elif kind == "consultant":
        with reading(house.engine) as conn:
            if not is_consultant(conn, settings.store, value):
                raise ConfigError(f"consultant:{value}", f"nobody active at the store {settings.store} has this log-in")
    else:
        raise ConfigError(f"{kind}:", "a scene is showroom:<spot>, consultant:<username> or bind:<token>")


def _seconds_left(house: Needs, token: str) -> int:
    now = house.clock.business()
    with reading(house.engine) as conn:
        until = bind_code_left(conn, token, now)
    if until is None:
        raise ConfigError("bind:", "this code is unknown, used or expired; the API gives a new one")
    return max(60, int((until - now).total_seconds()))


def _tell(options: argparse.Namespace, code: QrScene) -> None:
    found = {"url": code.url, "image": code.image, "seconds": code.seconds or None}
    if options.json:
        print(json.dumps({"scene": options.scene, **found, "file": str(options.out) if options.out else None}))
        return
    life = f"for {code.seconds // 86400} days" if code.seconds else "for good"
    print(f"{code.url}\n{code.image}\ngood {life}")
    if options.out:
        print(f"drawn in {options.out}")
