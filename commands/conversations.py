"""Conversation files (docs/conversations.md): JSON or YAML, checked before anything runs."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, field_validator

from bot.errors import ConfigError
from config.yaml_lines import line_of, load_model

SHANGHAI = ZoneInfo("Asia/Shanghai")
DEFAULT_NOW = datetime(2026, 9, 17, 10, 20, tzinfo=SHANGHAI)


class Loose(BaseModel):
    """What a car, an order, a quote may hold grows with later issues: unknown keys inside are kept."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)


class Strict(BaseModel):
    """A key nobody reads is a typing error, and a test that cannot fail: refused."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    tags: list[str] = []
    note: str = ""


class Consent(Loose):
    service: bool = True
    marketing: bool = False


class Person(Loose):
    known: bool = True
    name: str = ""
    consent: Consent = Consent()


class Car(Loose):
    model: str = ""
    plate: str = ""
    mileage: int | None = None


class Order(Loose):
    id: str = "R1"
    status: str = "delivered"
    finished: date | datetime | None = None
    promised: Any = None


class Survey(Loose):
    kind: str = "service_3d"
    scale: str = "1-5"
    order: str = ""


class Happening(Loose):
    id: str | int = 1
    name: str = "活动"
    date: datetime | str | None = None
    capacity: int = 100
    place: str = ""
    cost: str = ""


class Shop(Loose):
    """hours: 08:30-17:30, however the dash is written; what cannot be read leaves the store as it is configured."""

    name: str = ""
    hours: str = ""
    hotline: str = ""
    rescue: str = ""


class Context(Strict):
    """repair_history: accepted, not acted on yet. order: a new car, {model, delivery_date}."""

    now: datetime = DEFAULT_NOW
    store: Shop | None = None
    customer: Person = Person()
    vehicles: list[Car] = []
    repair_order: Order | None = None
    pending_survey: Survey | None = None
    event: Happening | None = None
    last_outbound: str = ""
    repair_history: Any = None
    pending_quote: Any = None
    pending_options: Any = None
    appointments: Any = None
    order: Any = None

    @field_validator("now")
    @classmethod
    def in_shanghai(cls, value: datetime) -> datetime:
        return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)


class Expectation(Strict):
    intent: str | None = None
    accept: list[str] = []
    also: list[str] = []
    slots: dict[str, Any] = {}
    rating: int | float | None = None
    escalate: bool | None = None
    priority: str | None = None
    case: Literal["open", "closed"] | None = None
    reply_must: list[list[str]] = []
    reply_must_not: list[str] = []
    reply_must_not_re: list[str] = []

    @field_validator("accept", "also", "reply_must_not", "reply_must_not_re", mode="before")
    @classmethod
    def one_may_stand_alone(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("reply_must", mode="before")
    @classmethod
    def one_group_may_stand_alone(cls, value: Any) -> Any:
        groups = [value] if isinstance(value, str) else value
        return [[each] if isinstance(each, str) else each for each in groups] if isinstance(groups, list) else groups


class Said(Strict):
    user: str
    expect: Expectation | None = None
    context: dict[str, Any] = {}

    @field_validator("context")
    @classmethod
    def context_is_well_formed(cls, value: dict[str, Any]) -> dict[str, Any]:
        Context.model_validate(value)
        return value


class Conversation(Strict):
    id: str
    channel: Literal["wechat", "wechat_voice", "sms"] = "wechat"
    context: dict[str, Any] = {}
    turns: list[Said] = Field(min_length=1)

    @field_validator("context")
    @classmethod
    def context_is_well_formed(cls, value: dict[str, Any]) -> dict[str, Any]:
        Context.model_validate(value)
        return value

    def contexts(self) -> list[Context]:
        """What holds at each turn: a turn's keys override from there on."""
        keys, found = dict(self.context), []
        for turn in self.turns:
            keys |= turn.context
            found.append(Context.model_validate(keys))
        return found


class File(RootModel[list[Conversation]]):
    pass


def load(path: Path) -> list[Conversation]:
    """Raises ConfigError with `file:line: key: sentence`."""
    conversations = (_json(path) if path.suffix == ".json" else load_model(path, File)).root
    for number, each in enumerate(conversations):
        try:
            each.contexts()
        except ValidationError as error:
            raise _mistake(path, error, (number, "turns")) from error
    return conversations


def _json(path: Path) -> File:
    """Not as YAML: JSON may write an emoji as two escapes, and reads a hundred times faster."""
    try:
        return File.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"cannot be read ({error})") from error
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}:{error.lineno}: (file)", error.msg) from error
    except ValidationError as error:
        raise _mistake(path, error) from error


def _mistake(path: Path, error: ValidationError, above: tuple[Any, ...] = ()) -> ConfigError:
    first = error.errors()[0]
    place = (*above, *first["loc"])
    line = line_of(yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader), place)
    return ConfigError(f"{path}:{line}: {'.'.join(str(part) for part in place) or '(file)'}", first["msg"])
