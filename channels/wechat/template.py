"""Template messages and subscription notifications: each field checked by its type before any call (wechat.md §3.3).

Descriptive fields are cut, as a shortened name still tells; exact ones (a plate, an amount) are refused. What does not
fit WeChat would answer with 47003.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from jinja2 import TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment

from bot.dealer import WeChatAccount, WeChatSubscription, WeChatTemplate
from bot.errors import RenderError
from channels.places import environment
from channels.said import ZONE, as_text
from channels.wechat.wording import check_name, check_words

HAN = r"㐀-鿿"
EMOJI = re.compile("[\U00010000-\U0010ffff\u2600-\u27bf\ufe0f]")  # shown as an empty box since 2023


@dataclass(frozen=True, slots=True)
class FieldType:
    """longest: characters. cut: what ends a shortened value; None: a longer one is refused. shape: must match."""

    longest: int
    cut: str | None = None
    shape: str = ".*"


TYPES: dict[str, FieldType] = {
    "thing": FieldType(20, cut="…"),
    "short_thing": FieldType(10, cut="…"),
    "number": FieldType(32, shape=r"-?\d+(\.\d+)?"),
    "letter": FieldType(32, shape=r"[A-Za-z]+"),
    "symbol": FieldType(5, shape=rf"[^\w{HAN}]+"),
    "character_string": FieldType(32, shape=rf"[^{HAN}]+"),
    "time": FieldType(40, shape=r".*\d{1,2}:\d{2}.*"),
    "date": FieldType(40, shape=r".*\d{1,2}月\d{1,2}日.*|\d{4}-\d{1,2}-\d{1,2}.*"),
    "amount": FieldType(12, shape=r"[¥￥$]?\d+(\.\d{1,2})?元?"),
    "phone_number": FieldType(17, shape=r"[\d+\-() ]+"),
    "car_number": FieldType(8, shape=rf"[{HAN}A-Z0-9][A-Z0-9]+[{HAN}A-Z0-9]"),
    "name": FieldType(20, cut="", shape=rf"[{HAN}·]+|[A-Za-z .]+"),  # names take no other sign, … included
    "phrase": FieldType(5, shape=rf"[{HAN}]+"),
    "const": FieldType(20),
}
LONGEST_HAN_NAME = 10


def template_payload(
    account: WeChatAccount, message_id: str, params: Mapping[str, object], url: str = ""
) -> dict[str, object]:
    """`Outgoing.payload` of way TEMPLATE: template_id, data {field: {"value"}}, url. Raises RenderError."""
    key = message_id.replace(".", "_")
    template = account.templates.get(key)
    if template is None:
        raise RenderError(f"templates.{key}: the account has no such template")
    opened = {"url": url if template.link != "none" else ""}
    return _payload(f"templates.{key}", template, params) | opened


def subscription_payload(
    account: WeChatAccount, message_id: str, params: Mapping[str, object], page: str = ""
) -> dict[str, object]:
    """`Outgoing.payload` of way SUBSCRIPTION: template_id, data {field: {"value"}}, page. Raises RenderError."""
    key = message_id.replace(".", "_")
    notice = account.subscriptions.get(key)
    if notice is None:
        raise RenderError(f"subscriptions.{key}: the account has no such notification")
    opened = {"page": page if notice.page != "none" else ""}
    return _payload(f"subscriptions.{key}", notice, params) | opened


def _payload(
    where: str, notice: WeChatTemplate | WeChatSubscription, params: Mapping[str, object]
) -> dict[str, object]:
    fields = {name: {"value": value} for name, value in _fields(where, notice.fields, params).items()}
    program = {"miniprogram": notice.miniprogram.model_dump()} if notice.miniprogram else {}
    return {"template_id": notice.template_id, "data": fields, **program}


def template_fields(key: str, template: WeChatTemplate, params: Mapping[str, object]) -> dict[str, str]:
    """Each field's value, within its type. Raises RenderError naming template, field and rule."""
    return _fields(f"templates.{key}", template.fields, params)


def _fields(of: str, sources: Mapping[str, str], params: Mapping[str, object]) -> dict[str, str]:
    fields = {}
    for name, source in sources.items():
        where, kind = f"{of}.fields.{name}", field_type(name)
        fields[name] = fit(where, kind, _value(where, kind, source, params))
    return fields


def variables_of(template: WeChatTemplate) -> list[str]:
    """The variables its fields are made of, in the order they come."""
    found = [name for source in template.fields.values() for name in sorted(_variables(source))]
    return list(dict.fromkeys(found))


def check_template(key: str, template: WeChatTemplate) -> list[str]:
    """What is wrong with a configured template, one sentence each: unknown types, expressions that do not parse,
    fields of old, advertising, literal values that cannot fit."""
    return _check(f"templates.{key}", template.template_id, template.fields)


def check_subscription(key: str, notice: WeChatSubscription) -> list[str]:
    """The same of a subscription notification: its fields are typed alike."""
    return _check(f"subscriptions.{key}", notice.template_id, notice.fields)


def _check(of: str, template_id: str, sources: Mapping[str, str]) -> list[str]:
    found = [] if template_id else [f"{of}.template_id: is empty"]
    for name, source in sources.items():
        where = f"{of}.fields.{name}"
        found += check_name(where, name) or _check_type(where, name) or _check_value(where, field_type(name), source)
        found += check_words(where, source)
    return found


def _check_type(where: str, name: str) -> list[str]:
    kind = field_type(name)
    return [] if kind in TYPES else [f"{where}: {kind} is no field type ({', '.join(TYPES)})"]


def _check_value(where: str, kind: str, source: str) -> list[str]:
    """A value without variables is known now, and shortened it would say less than the dealer wrote."""
    try:
        _compiled(source)
        if _variables(source):
            return []
        value = _value(where, kind, source, {})
        fitted = fit(where, kind, value)
    except TemplateError as error:
        return [f"{where}: {error}"]
    except RenderError as error:
        return [str(error)]
    if len(fitted) < len(value):
        return [f"{where}: {len(value)} characters, a {kind} holds {len(fitted)}"]
    return []


def _variables(source: str) -> set[str]:
    text = source if _has_places(source) else f"{{{{ {source} }}}}"
    return meta.find_undeclared_variables(_expressions().parse(text))


def field_type(name: str) -> str:
    """thing1 → thing, car_number2 → car_number."""
    return name.rstrip("0123456789")


def fit(where: str, kind: str, value: object) -> str:
    """One value as the type takes it; an empty one becomes "-", since WeChat refuses empty values."""
    rule = TYPES.get(kind)
    if rule is None:
        raise RenderError(f"{where}: {kind} is no field type")
    text = " ".join(EMOJI.sub("", str(value)).split())
    if kind == "car_number":
        text = re.sub("[· ]", "", text).upper()  # files write 粤A·8Z888; the type has room for the eight signs only
    if not text and rule.shape == ".*":
        return "-"
    longest = LONGEST_HAN_NAME if kind == "name" and re.search(f"[{HAN}]", text) else rule.longest
    if len(text) > longest:
        if rule.cut is None:
            raise RenderError(f"{where}: {len(text)} characters, a {kind} holds {longest}")
        text = text[: longest - len(rule.cut)] + rule.cut
    if not re.fullmatch(rule.shape, text):
        raise RenderError(f"{where}: not what a {kind} may hold")
    return text


def _value(where: str, kind: str, source: str, params: Mapping[str, object]) -> str:
    zone = params.get("zone") or ZONE
    try:
        value = _compiled(source)(params)
        if isinstance(value, datetime) and kind in {"time", "date"}:
            return f"{value.astimezone(ZoneInfo(str(zone))):%Y年%m月%d日 %H:%M}"
        return str(as_text(value, params.get("now"), zone))
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise RenderError(f"{where}: {error}") from error


@cache
def _expressions() -> SandboxedEnvironment:
    return environment()


def _has_places(source: str) -> bool:
    return "{{" in source or "{%" in source


@lru_cache(maxsize=256)
def _compiled(source: str) -> Callable[[Mapping[str, object]], object]:
    """An expression (`plate`), or a text with places (`{{ plate }} 服务回访`)."""
    if _has_places(source):
        return _expressions().from_string(source).render
    expression = _expressions().compile_expression(source, undefined_to_none=False)
    return lambda params: expression(**params)
