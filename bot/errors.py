"""Every way Huifang can fail, as one tree. Each error carries a code and a sentence staff understand.

HuifangError
├── ConfigError            a setting, file, line and key; nothing starts
├── BadInbound             a provider's request we refuse; carries the HTTP status
│   ├── BadSignature       403
│   ├── BadBody            400
│   └── BodyTooLarge       413
├── RenderError            a template or variable is missing or too long
├── RuleBroken             a rule of the house said no (case states, claims); 409 on pages
│   └── NotThere           the row is not there, or not this asker's to see; 404 on pages and in the API
└── SendError
    ├── TryLater           refused for now: rate, busy; waits `after` seconds, uses up no chance of the message
    ├── Undeliverable      this person, this way: fall back, remember why (`marks`)
    ├── TemplateRefused    this template: the next way, tell staff; `gone` for everybody
    ├── ContentRefused     this message: fail it, tell staff
    ├── ChannelStopped     everyone, this channel: stop it, keep the rows, alert
    └── Uncertain          the request left, no answer came: never sent again by itself
"""

from enum import StrEnum


class HuifangError(Exception):
    pass


class ConfigError(HuifangError):
    """`where` is `file:line: key` as far as known."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(f"{where}: {sentence}")
        self.where, self.sentence = where, sentence


class BadInbound(HuifangError):
    status = 400


class BadSignature(BadInbound):
    status = 403


class BadBody(BadInbound):
    status = 400


class BodyTooLarge(BadInbound):
    status = 413


class RenderError(HuifangError):
    pass


class RuleBroken(HuifangError):
    """code is stable (`not_fixed`, `already_claimed`, …); str(error) is the sentence shown."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class NotThere(RuleBroken):
    """Said the same of a row that does not exist and of another store's: who may not see it learns nothing."""


class Mark(StrEnum):
    """What a refusal teaches us about a person; the shell writes it down."""

    NONE = "none"
    UNFOLLOWED = "unfollowed"
    WINDOW_CLOSED = "window_closed"
    WINDOW_EMPTY = "window_empty"
    REJECTS_ACCOUNT = "rejects_account"
    BAD_ADDRESS = "bad_address"
    REFUSED_MARKETING = "refused_marketing"
    REFUSED_ALL = "refused_all"


class SendError(HuifangError):
    """code: the provider's own, verbatim. sentence: for staff."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence = code, sentence


class TryLater(SendError):
    """after: seconds to wait. channel_wide: the whole api or channel waits, not only this row.

    costs: the provider was busy, and the try counts; a rate limit costs the message nothing.
    """

    def __init__(
        self, code: str, sentence: str, after: float, channel_wide: bool = False, *, costs: bool = False
    ) -> None:
        super().__init__(code, sentence)
        self.after, self.channel_wide, self.costs = after, channel_wide, costs


class Undeliverable(SendError):
    def __init__(self, code: str, sentence: str, marks: Mark = Mark.NONE) -> None:
        super().__init__(code, sentence)
        self.marks = marks


class TemplateRefused(SendError):
    """gone: deleted, suspended or of another category, for everybody; else only with these values."""

    def __init__(self, code: str, sentence: str, *, gone: bool) -> None:
        super().__init__(code, sentence)
        self.gone = gone


class ContentRefused(SendError):
    pass


class ChannelStopped(SendError):
    pass


class Uncertain(SendError):
    pass
