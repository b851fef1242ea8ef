"""Where alerts to people go: the `alerts` section of `config/dealer.yaml`. Addresses and secrets stand in variables."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from bot.alerts import Level
from bot.strict import Strict

Kind = Literal["wecom", "dingtalk", "feishu", "apprise"]
Variable = Annotated[str, StringConstraints(pattern=r"^HUIFANG_ALERT_[A-Z0-9_]{1,60}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
SIGNED = frozenset({"dingtalk", "feishu"})


class Destination(Strict):
    """A group's robot (store) or one person's way (staff, a log-in name); exactly one of the two.

    url: variable with the robot's whole webhook address; for `apprise` an address apprise understands (mailtos://…).
    secret: variable with the signing secret of DingTalk and Feishu robots. lowest: what it is told at least.
    """

    kind: Kind
    url: Variable
    secret: Variable | None = None
    store: str = ""
    staff: str = ""
    lowest: Literal["normal", "urgent", "page"] = "normal"

    @property
    def least(self) -> Level:
        return Level(self.lowest)

    @model_validator(mode="after")
    def whose(self) -> "Destination":
        if bool(self.store) == bool(self.staff):
            raise ValueError("needs either `store` (a group) or `staff` (one person's log-in)")
        if self.secret and self.kind not in SIGNED:
            raise ValueError(f"{self.kind} robots sign nothing: leave `secret` out")
        return self


class AlertConfig(Strict):
    """per_minute: messages to one destination; WeCom and DingTalk robots allow 20. page_minutes: a page that nobody
    acknowledged is repeated, one step up the chain each time."""

    per_minute: Annotated[int, Field(ge=2, le=100)] = 20
    page_minutes: Annotated[int, Field(ge=1, le=60)] = 3
    destinations: dict[Name, Destination] = {}
