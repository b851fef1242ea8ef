"""The word lists of the house's tone: `config/tone.yaml`, validated here, loaded by `config/load.py`."""

import re
from enum import StrEnum

from pydantic import Field, field_validator

from bot.dealer import Strict
from bot.messages import Category


class Severity(StrEnum):
    ERROR = "error"  # never in a text of ours; a colleague is warned
    WARNING = "warning"  # somebody should look


class Medium(StrEnum):
    """What a text becomes. The law and the platforms ask more of some than of others."""

    WECHAT = "wechat"  # answers and customer-service messages
    MASS = "mass"  # one text for many
    TEMPLATE = "template"  # WeChat template messages and subscription notifications
    NOTIFICATION = "notification"  # SMS of that kind
    PROMOTION = "promotion"  # SMS of that kind
    PAGE = "page"
    EMAIL = "email"


class WordRule(Strict):
    """One family of words. words: as they stand. patterns, allow: regular expressions; a hit inside an allowed phrase
    is none. only: media, empty is all. not_for: categories it leaves alone. why: where the rule comes from.
    """

    severity: Severity
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    why: str = Field(min_length=1)
    words: list[str] = Field(default_factory=list)
    patterns: list[str] = Field(default_factory=list)
    allow: list[str] = Field(default_factory=list)
    only: list[Medium] = Field(default_factory=list)
    not_for: list[Category] = Field(default_factory=list)

    @field_validator("words")
    @classmethod
    def no_word_is_empty(cls, words: list[str]) -> list[str]:
        if any(not word.strip() for word in words):
            raise ValueError("an empty word would be found everywhere")
        return words

    @field_validator("patterns", "allow")
    @classmethod
    def each_is_an_expression(cls, sources: list[str]) -> list[str]:
        for source in sources:
            try:
                empty = re.compile(source).match("")
            except re.error as error:
                raise ValueError(f"{source}: {error}") from error
            if empty:
                raise ValueError(f"{source}: would be found everywhere")
        return sources


class Tone(Strict):
    """emoji: how many a text may hold. shorteners: hosts that hide where a link leads. longest: characters by medium
    beyond which a text is no short one any more (a warning; what a provider refuses is checked elsewhere).
    """

    emoji: int = Field(default=1, ge=0)
    shorteners: list[str] = Field(default_factory=list)
    longest: dict[Medium, int] = Field(default_factory=dict)
    rules: dict[str, WordRule]
