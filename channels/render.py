"""Finished text for people: messages from `templates/messages`, variables of SMS templates, fields of WeChat templates.

Instants come out as a person here would say them (channels/said.py), which needs the moment and the place: params
`now` (aware) and `zone` (IANA name, default Asia/Shanghai). Without `now`, and in e-mail: month, day and time.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound

from bot.dealer import Sms
from bot.errors import RenderError
from channels.places import environment
from channels.said import ZONE, as_text
from channels.sms_text import sms_text

MESSAGE_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")


class Templates:
    """Implements `Renderer`. A message's SMS text is the approved wording in `sms`, not a file."""

    def __init__(self, folder: Path, sms: Sms | None = None) -> None:
        self._environment = environment(folder)
        self._sms = sms or Sms()

    def text(self, message_id: str, channel: str, params: Mapping[str, object]) -> str:
        """Without the signature for SMS. Raises RenderError naming template and variable."""
        if channel == "sms":
            return sms_text(self._sms, message_id, params)
        name = _file(message_id, channel)
        if channel == "email":
            params = {**params, "now": None}  # opened whenever it pleases: 明天 would be another day by then
        try:
            return self._environment.get_template(name).render(params).strip()
        except TemplateNotFound as error:
            raise RenderError(f"{name}: there is no such template") from error
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise RenderError(f"{name}: {error}") from error

    def has(self, message_id: str, channel: str) -> bool:
        if channel == "sms":
            return message_id.replace(".", "_") in self._sms.templates
        try:
            self._environment.get_template(_file(message_id, channel))
        except TemplateNotFound:
            return False
        return True


def spoken(params: Mapping[str, object]) -> dict[str, object]:
    """The same parameters with instants as text; None stays, as what a template misses."""
    now, zone = params.get("now"), params.get("zone") or ZONE
    return {
        name: value if value is None or name in {"now", "zone"} else as_text(value, now, zone)
        for name, value in params.items()
    }


def _file(message_id: str, channel: str) -> str:
    if not MESSAGE_ID.fullmatch(message_id) or not channel.isalpha():
        raise RenderError(f"{message_id}.{channel}: not a message id")
    return f"{message_id.replace('.', '/')}.{channel}.txt"
