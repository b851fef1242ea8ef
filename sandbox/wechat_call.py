"""One authorised request to the fake WeChat, and what every call does with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from sandbox import courier, followers, phone_book
from sandbox.accounts import SandboxAccount
from sandbox.wechat_rules import Refused


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised request. now: business time; machine: when callbacks may start."""

    connection: Connection
    account: SandboxAccount
    now: datetime
    machine: datetime
    args: Mapping[str, str]
    body: Mapping[str, Any]

    def follower(self, openid: object) -> followers.Follower:
        """40003 when this openid is not one of the account's."""
        known = followers.find(self.connection, self.account.name, str(openid or ""), self.now)
        if known is None:
            raise Refused(40003, "invalid openid")
        return known

    def put(self, openid: str, **what: Any) -> int:
        """Show a message on this follower's phone."""
        address = ("wechat", self.account.name, openid)
        return phone_book.add(self.connection, *address, self.now, dir="out", **what)

    def push_later(self, openid: str, **event: object) -> None:
        """An event for our webhook, after this call is answered."""
        body = {"account": self.account.name, "openid": openid, "event": event}
        courier.post(self.connection, "wechat", body, self.machine)
