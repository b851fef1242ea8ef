"""An account's own menu as configured: `accounts.<a>.menu` in dealer.yaml (wechat.md §3.7)."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

TOP_NAME, SUB_NAME = 16, 60  # bytes; longer is refused (40018)
TOP_SHOWN, SUB_SHOWN = 4, 8  # Chinese characters; longer ends in dots on the phone
URL_BYTES, SCAN_KEY_BYTES = 1024, 128


class MenuKey(StrEnum):
    """What a `click` item may stand for; handlers/menu.py answers each."""

    SURVEY = "SURVEY"  # 服务评价: the open question's scale as links
    HUMAN = "HUMAN"
    HOURS = "HOURS"  # opening hours, address, telephone
    RESCUE = "RESCUE"


class CustomerPage(StrEnum):
    """A page of ours that learns from WeChat who opens it: `/w/<account>/<page>`."""

    CARS = "cars"
    PREFERENCES = "preferences"  # what may be sent, and switching it


Kind = Literal["click", "view", "miniprogram", "scancode_push", "scancode_waitmsg"]
NEEDED: dict[str, frozenset[str]] = {
    "click": frozenset({"key"}),
    "view": frozenset({"url"}),
    "miniprogram": frozenset({"url", "appid", "pagepath"}),
    "scancode_push": frozenset({"scan_key"}),
    "scancode_waitmsg": frozenset({"scan_key"}),
}
FIELDS = ("key", "url", "page", "appid", "pagepath", "scan_key")


class Item(BaseModel):
    """One thing to press. page: of ours, instead of a url. scan_key: what a scan item reports."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    type: Kind | None = None
    key: MenuKey | None = None
    url: str = ""
    page: CustomerPage | None = None
    appid: str = ""
    pagepath: str = ""
    scan_key: str = ""

    @field_validator("name")
    @classmethod
    def short_name(cls, value: str) -> str:
        return _named(value, SUB_NAME, SUB_SHOWN)

    @field_validator("url")
    @classmethod
    def safe_address(cls, value: str) -> str:
        if not value.startswith("https://"):
            raise ValueError("an address begins with https://; a page of ours is named by `page`")
        if len(value.encode()) > URL_BYTES:
            raise ValueError(f"an address has at most {URL_BYTES} bytes")
        return value

    @field_validator("scan_key")
    @classmethod
    def short_key(cls, value: str) -> str:
        if not 1 <= len(value.encode()) <= SCAN_KEY_BYTES:
            raise ValueError(f"a key has 1 to {SCAN_KEY_BYTES} bytes")
        return value

    @model_validator(mode="after")
    def complete(self) -> Self:
        if self.type is None:
            raise ValueError("an item needs a `type`")
        self._holds(NEEDED[self.type])
        return self

    def _holds(self, needed: frozenset[str]) -> None:
        given = {name for name in FIELDS if getattr(self, name)}
        if self.type == "view" and given == {"page"}:
            return
        if given != needed:
            raise ValueError(f"a {self.type} item has name, type and {', '.join(sorted(needed))}")


class Button(Item):
    """A place in the bar: an item itself, or up to five items under a name."""

    sub_button: Annotated[tuple[Item, ...], Field(max_length=5)] = ()

    @field_validator("name")
    @classmethod
    def short_name(cls, value: str) -> str:
        return _named(value, TOP_NAME, TOP_SHOWN)

    @model_validator(mode="after")
    def complete(self) -> Self:
        if self.sub_button:
            self._only_a_name()
        elif self.type is None:
            raise ValueError("an item needs a `type`, or items in `sub_button`")
        else:
            self._holds(NEEDED[self.type])
        return self

    def _only_a_name(self) -> None:
        if self.type or any(getattr(self, name) for name in FIELDS):
            raise ValueError("an item with a `sub_button` has a name and nothing else")


def _named(value: str, longest: int, shown: int) -> str:
    """Latin letters take half the room of a Chinese character."""
    width = sum(1.0 if ord(letter) > 0xFF else 0.5 for letter in value)
    if not value.strip() or len(value.encode()) > longest or width > shown:
        raise ValueError(f"a name here has 1 to {shown} Chinese characters ({longest} bytes)")
    return value
