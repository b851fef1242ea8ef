"""`preview [MESSAGE]`: a message on every channel it has, with length, price, fields, and what the lint says."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from sqlalchemy import Engine

from bot.ports import Clock
from channels.preview import CHANNELS, Previews, View
from commands.set_up import check_database
from store.engine import reading
from store.sample_facts import values_of
from store.why import customers_named


class Needs(Protocol):
    @property
    def previews(self) -> Previews: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("message", nargs="?", default="", help="e.g. checkin.question; without it, the list of all")
    parser.add_argument("--channel", choices=CHANNELS, default="", help="only this one")
    parser.add_argument("--customer", default="", help="external id of the DMS, or our own id: with their values")
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of text")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Exit code 1 when something is not there or cannot be made: the error names template and variable."""
    messages = house.previews.messages
    if not options.message:
        _print_list(messages, as_json=options.json)
        return 0
    real = _real(house, options.customer) if options.customer else {}
    if real is None:
        print(f"huifang: no customer {options.customer}", file=sys.stderr)
        return 1
    views = house.previews.views(options.message, options.channel, real)
    if not views:
        print(_nothing(options.message, options.channel, messages), file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps([_as_json(view) for view in views], ensure_ascii=False, default=str))
    else:
        print("\n\n".join("\n".join(told(view)) for view in views))
    return 1 if any(view.error for view in views) else 0


def told(view: View) -> Iterator[str]:
    """One view as lines."""
    where = " · ".join(part for part in (view.channel, view.account, view.variant) if part)
    yield f"── {view.message_id} · {where} · {view.category.value}"
    if view.error:
        yield f"   cannot be made: {view.error}"
    if view.fields:
        for field in view.fields:
            fits = field.error or ("cut to fit" if field.cut else f"{len(field.value)} of {field.limit}")
            yield f"   {field.name:<18} {field.value}  ({fits})"
    else:
        yield from (f"   {line}" for line in view.text.splitlines())
    if not view.error:
        yield f"   {_measured(view)}"
    for each in view.findings:
        yield f"   ! {each.rule} [{each.severity.value}] {f'“{each.said}” ' if each.said else ''}{each.zh} · {each.en}"


def _measured(view: View) -> str:
    if view.sms is None or view.longest is None:
        return f"{view.characters} characters · {view.size} bytes · ¥{view.price:.0f}"
    usual, most = view.sms, view.longest
    price = f"{usual.length} characters · {usual.segments} segment(s) · ¥{usual.price:.3f}"
    return f"{price}; with the longest values {most.length} · {most.segments} · ¥{most.price:.3f}"


def _real(house: Needs, word: str) -> Mapping[str, object] | None:
    check_database(house.engine)
    with reading(house.engine) as conn:
        found = customers_named(conn, word)
        return values_of(conn, found[0]["id"], house.clock.business()) if found else None


def _print_list(messages: Mapping[str, list[str]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(messages, ensure_ascii=False))
        return
    for name, channels in messages.items():
        print(f"{name:<24} {' '.join(channels)}")


def _nothing(message: str, channel: str, messages: Mapping[str, list[str]]) -> str:
    if message in messages:
        return f"huifang: {message} has no {channel}, only {', '.join(messages[message])}"
    return f"huifang: no message {message}; `preview` alone lists them all"


def _as_json(view: View) -> dict[str, Any]:
    return asdict(view) | {"characters": view.characters, "bytes": view.size}
