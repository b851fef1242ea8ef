"""SMS templates: filling approved wording, what reviewers refuse in a variable, length, segments and price.

Sources: sms.md §1.4 and §2.2 (variables: length, no URL, no number), §5.2 (length), §5.3 (kinds), §5.1 (signature).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Template, TemplateError

from bot.dealer import Sms, SmsTemplate
from bot.errors import RenderError
from bot.messages import Category
from channels.places import environment
from channels.said import ZONE, as_text

VARIABLE = re.compile(r"\$\{(\w+)\}")
LONGEST_TEXT = 500
ONE_SEGMENT, LONG_SEGMENT = 70, 67
LINK_OR_NUMBER = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|cn|net|top|cc)\b|(?<!\d)1[3-9]\d{9}(?!\d)", re.I)
REFUSED_SIGNS = re.compile("[【】★]|[\U00010000-\U0010ffff]")
OPT_OUT = "拒收请回复R"  # must end a promotion, must not stand in a notification (sms.md §5.3)


@dataclass(frozen=True, slots=True)
class SmsPreview:
    """text as the phone shows it, signature included; price in yuan."""

    text: str
    length: int
    segments: int
    price: float


def sms_text(sms: Sms, message_id: str, params: Mapping[str, object]) -> str:
    """The approved wording filled, without signature. Raises RenderError naming template and variable."""
    values = sms_variables(sms, message_id, params)
    return VARIABLE.sub(lambda found: values[found[1]], sms_template(sms, message_id).text)


def sms_payload(sms: Sms, message_id: str, params: Mapping[str, object]) -> dict[str, object]:
    """`Outgoing.payload` of way SMS: template, code, params, order (of the variables), sign, text (with signature)."""
    template = sms_template(sms, message_id)
    preview = sms_preview(sms, message_id, params)
    return {
        "template": _key(message_id),
        "code": template.code,
        "params": sms_variables(sms, message_id, params),
        "order": list(template.variables),
        "sign": sms.signature,
        "text": preview.text,
    }


def sms_preview(sms: Sms, message_id: str, params: Mapping[str, object]) -> SmsPreview:
    text = f"【{sms.signature}】" + sms_text(sms, message_id, params)
    if len(text) > LONGEST_TEXT:
        raise RenderError(f"sms.templates.{_key(message_id)}: {len(text)} characters, {LONGEST_TEXT} allowed")
    segments = sms_segments(text)
    promotion = sms_template(sms, message_id).kind == "promotion"
    return SmsPreview(
        text, len(text), segments, round(segments * (sms.price_promotion if promotion else sms.price_notification), 4)
    )


def sms_segments(text: str) -> int:
    """At home every character counts one, ASCII too; signature and brackets are part of the text."""
    return 1 if len(text) <= ONE_SEGMENT else math.ceil(len(text) / LONG_SEGMENT)


def sms_approved(sms: Sms, message_id: str, category: Category) -> bool:
    """The provider approved a template of this id for this category: without it nothing is sent."""
    template = sms.templates.get(_key(message_id))
    return template is not None and category in template.approved_for


def sms_template(sms: Sms, message_id: str) -> SmsTemplate:
    template = sms.templates.get(_key(message_id))
    if template is None:
        raise RenderError(f"sms.templates.{_key(message_id)}: there is no such template")
    return template


def sms_variables(sms: Sms, message_id: str, params: Mapping[str, object]) -> dict[str, str]:
    """The template's own variables as strings, each within what the provider takes."""
    where, now, zone = f"sms.templates.{_key(message_id)}", params.get("now"), params.get("zone") or ZONE
    template, values = sms_template(sms, message_id), {}
    for name in template.variables:
        source = template.fields.get(name)
        value = params.get(name) if source is None else _filled(f"{where}.fields.{name}", source, params)
        said = "" if value is None else as_text(value, now, zone)
        values[name] = _variable(f"{where}.{name}", said, sms.longest_variable)
    return values


def _filled(where: str, source: str, params: Mapping[str, object]) -> str:
    try:
        return _compiled(source).render(params)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise RenderError(f"{where}: {error}") from error


@lru_cache(maxsize=64)
def _compiled(source: str) -> Template:
    return environment().from_string(source)


def _variable(where: str, value: object, longest: int) -> str:
    text = " ".join(str(value).split())
    if not text:
        raise RenderError(f"{where}: missing")
    if len(text) > longest:
        raise RenderError(f"{where}: {len(text)} characters, {longest} allowed")
    if LINK_OR_NUMBER.search(text):
        raise RenderError(f"{where}: holds a link or a mobile number, which the provider refuses")
    if REFUSED_SIGNS.search(text):
        raise RenderError(f"{where}: holds a sign the provider refuses")
    return text


def check_sms_template(name: str, template: SmsTemplate) -> list[str]:
    """What is wrong with a configured template, one sentence each; for start, doctor and lint."""
    used = VARIABLE.findall(template.text)
    found = []
    if set(used) != set(template.variables):
        found.append(f"variables {sorted(template.variables)} are not those of the text {sorted(set(used))}")
    if len(used) != len(set(used)):
        found.append("a variable stands twice; providers allow it once")
    if re.search(r"\$\{\w+\}\$\{\w+\}", template.text):
        found.append("two variables stand side by side; providers refuse it")
    if unknown := sorted(set(template.fields) - set(template.variables)):
        found.append(f"fields.{unknown[0]} is not among the variables")
    found += [f"fields.{each}: {fault}" for each, source in template.fields.items() if (fault := _fault(source))]
    if template.kind == "promotion" and not template.text.endswith(OPT_OUT):
        found.append(f"a promotion must end with {OPT_OUT}")
    if template.kind == "notification" and "拒收" in template.text:
        found.append("a notification must not offer 拒收")
    if REFUSED_SIGNS.search(template.text):
        found.append("【】, ★ and emoji are refused; the signature is added by the provider")
    return [f"sms.templates.{name}: {sentence}" for sentence in found]


def _fault(source: str) -> str:
    try:
        _compiled(source)
    except TemplateError as error:
        return str(error)
    return ""


def _key(message_id: str) -> str:
    return message_id.replace(".", "_")
