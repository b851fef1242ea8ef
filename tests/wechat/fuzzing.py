"""What a stranger, a broken proxy or a changed WeChat might push: bytes, mutated pushes, deep nests, wrong types.

`FUZZ=20000 pytest -s tests/wechat/test_fuzz.py` tries that many of each instead of 300, and prints the sum.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some

from tests.channels.wechat.samples import ALL, whole
from tests.wechat_push import Push, message, sign

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
PUSH = Push()
Pushed = tuple[dict[str, str], bytes]

many = settings(
    max_examples=int(os.environ.get("FUZZ", "300")), deadline=None, derandomize="FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip

NAMES = some.sampled_from(sorted({name for fields in ALL.values() for name in fields} | {
    "ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "List", "Encrypt", "OpenID",
}))  # fmt: skip
LEAVES = some.one_of(
    some.none(), some.booleans(), some.integers(-(2**70), 2**70), some.floats(), some.text(max_size=40),
    some.sampled_from(["", "event", "text", "nan", "]]>", "\x00", "\ud800", "😊", "x" * 5000, "9" * 400, "-1"]),
)  # fmt: skip
VALUES = some.recursive(
    LEAVES, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


@some.composite
def fields(draw: some.DrawFn) -> dict[str, Any]:
    """A sample with some fields taken out and others put in their place."""
    made = whole(draw(some.sampled_from(sorted(ALL))))
    for name in draw(some.lists(NAMES, max_size=3)):
        made.pop(name, None)
    return made | draw(some.dictionaries(NAMES, VALUES, max_size=4))


@some.composite
def documents(draw: some.DrawFn) -> str:
    """Inner documents: XML, JSON, neither, or one nest in the other very often."""
    kind = draw(some.sampled_from(["json", "xml", "cut", "deep", "text"]))
    if kind == "text":
        return draw(some.text(max_size=300))
    if kind == "deep":
        depth, name = draw(some.integers(1, 6000)), draw(NAMES)
        return draw(
            some.sampled_from([f"<{name}>" * depth + f"</{name}>" * depth, f'{{"{name}":' * depth + "}" * depth])
        )
    made = draw(fields())
    text = json.dumps(made) if kind != "xml" else _xml(made)
    return text if kind != "cut" else text[: draw(some.integers(0, len(text)))]


def _xml(made: dict[str, Any]) -> str:
    head = {"openid": str(made.pop("FromUserName", "o")), "created": 1789611600}
    made.pop("ToUserName", None)
    made.pop("CreateTime", None)
    return message(**head, **made)  # type: ignore[arg-type]  # any fields


def _named(made: dict[str, Any]) -> dict[str, Any]:
    head = {"openid": made.pop("FromUserName"), "created": made.pop("CreateTime")}
    made.pop("ToUserName")
    return head | made


# Encrypting draws chance of its own, which hypothesis forbids inside a strategy: a strategy draws a plan, and
# `make` carries it out in the account's mode.


@dataclass(frozen=True)
class Signed:
    """The worst case: who knows token and key."""

    document: str

    def make(self, mode: str) -> Pushed:
        document = self.document.encode("utf-8", "replace").decode()
        return PUSH.plain(document, NOW) if mode == "plain" else PUSH.sealed(document, NOW)


@dataclass(frozen=True)
class Mutated:
    """A valid push with bytes changed, cut out or put in, and its query tampered with."""

    name: str
    start: float
    end: float
    put_in: bytes
    query: dict[str, str]

    def make(self, mode: str) -> Pushed:
        args, body = Signed(message(**_named(whole(self.name)))).make(mode)
        start, end = sorted((int(self.start * len(body)), int(self.end * len(body))))
        return args | self.query, body[:start] + self.put_in + body[end:]


@dataclass(frozen=True)
class Envelope:
    """Anything at all as the sealed part, rightly signed."""

    sealed: str
    as_json: bool

    def make(self, _mode: str) -> Pushed:
        args, _ = PUSH.sealed("x", NOW)
        safe = self.sealed.encode("utf-8", "replace").decode()
        args["msg_signature"] = sign(PUSH.token, args["timestamp"], args["nonce"], safe)
        as_xml = f"<xml><Encrypt><![CDATA[{safe}]]></Encrypt></xml>"
        return args, (json.dumps({"Encrypt": safe}) if self.as_json else as_xml).encode()


@dataclass(frozen=True)
class Anything:
    query: dict[str, str]
    body: bytes

    def make(self, _mode: str) -> Pushed:
        return self.query, self.body


Plan = Signed | Mutated | Envelope | Anything
_QUERY = some.sampled_from(("signature", "timestamp", "nonce", "encrypt_type", "msg_signature", "openid"))
_CUT = some.floats(0, 1)
PLANS: dict[str, some.SearchStrategy[Plan]] = {
    "anything": some.builds(Anything, some.dictionaries(_QUERY, some.text(max_size=60)), some.binary(max_size=2000)),
    "mutated": some.builds(
        Mutated, some.sampled_from(sorted(ALL)), _CUT, _CUT, some.binary(max_size=20),
        some.dictionaries(_QUERY, some.text(max_size=50), max_size=2),
    ),
    "envelopes": some.builds(
        Envelope, some.text(max_size=200) | some.binary(max_size=99).map(bytes.hex), some.booleans()
    ),
    "rightly signed": some.builds(Signed, documents()),
}  # fmt: skip
