"""What customers do on their phones: recorded as the providers would, then pushed to us."""

import itertools
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.media import MediaKind, mime_of
from bot.ports import Clock
from sandbox import courier, followers, media, phone_book, pushed_fields, subscribing
from sandbox.accounts import SandboxAccount
from sandbox.asked import BadControl, Delivery
from sandbox.sms_push import SmsPusher
from sandbox.sms_replies import aliyun_reply, tencent_reply
from sandbox.tables import first_push
from sandbox.wechat_push import Pushed, Pusher, message
from store.engine import writing

OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
FAILED = "该公众号提供的服务出现故障，请稍后再试"  # what WeChat shows when a message got no valid answer


class NotPossible(BadControl):
    """HTTP 409: WeChat does not let a person do that now."""


class Deeds:
    """pusher, sms_pusher: the two ways to our webhooks. sign: the signature customers answer to."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        accounts: Mapping[str, SandboxAccount],
        pusher: Pusher,
        sms_pusher: SmsPusher,
        sign: str = "",
    ) -> None:
        self._engine, self._clock, self._accounts = engine, clock, accounts
        self._pusher, self._sms, self._sign = pusher, sms_pusher, sign

    def text(self, openid: str, content: str, how: Delivery) -> list[Pushed]:
        """A typed message: opens five in 48 h."""
        return self._message(openid, {"MsgType": "text", "Content": content}, how)

    def tap(self, openid: str, option: str, content: str, how: Delivery) -> list[Pushed]:
        """An option of a menu message: arrives as text, opens three in one minute only."""
        return self._message(openid, {"MsgType": "text", "Content": content, "bizmsgmenuid": option}, how)

    def keep_file(self, kind: MediaKind, content: bytes, how: Delivery) -> str:
        """Into WeChat's keeping, as a phone does before it sends; its media id."""
        account = self._account(how.account).name
        mime = mime_of(kind, content) or "application/octet-stream"
        with writing(self._engine) as connection:
            return media.keep(connection, account, kind.value, mime, content, self._clock.business())

    def push(self, openid: str, fields: Mapping[str, Any], how: Delivery) -> list[Pushed]:
        """A message or event by its fields, with what it opens. Following and leaving change who follows."""
        if not pushed_fields.is_event(fields):
            return self._message(openid, fields, how)
        following = {"subscribe": True, "unsubscribe": False}.get(pushed_fields.event_of(fields))
        return self._event(openid, how, fields, pushed_fields.shown(fields), following=following)

    def click(self, openid: str, key: str, how: Delivery) -> list[Pushed]:
        name = _named(self._account(how.account).menu, key)
        return self._event(openid, how, {"Event": "CLICK", "EventKey": key}, f"点击菜单 {name}")

    def subscribe(self, openid: str, template_id: str, accept: bool, how: Delivery) -> list[Pushed]:
        """accept: 允许 on a page, one message of this template; else turned off in WeChat's settings, with all left."""
        account = self._account(how.account)
        if template_id not in account.subscriptions:
            raise BadControl(f"unknown subscription template {template_id!r}")
        _check_openid(openid)
        with writing(self._engine) as connection:
            followers.ensure(connection, account.name, openid, self._clock.business(), following=True)
            subscribing.answered(connection, account.name, openid, template_id, accept=accept)
        told = {"List": {"TemplateId": template_id, "SubscribeStatusString": "accept" if accept else "reject"}}
        if accept:
            told["List"]["PopupScene"] = "1"
            event = {"Event": "subscribe_msg_popup_event", "SubscribeMsgPopupEvent": told}
            return self._event(openid, how, event, "允许发送一条订阅通知")
        event = {"Event": "subscribe_msg_change_event", "SubscribeMsgChangeEvent": told}
        return self._event(openid, how, event, "在微信设置里关闭订阅通知")

    def follow(self, openid: str, how: Delivery) -> list[Pushed]:
        return self._event(openid, how, {"Event": "subscribe", "EventKey": ""}, "关注", following=True)

    def unfollow(self, openid: str, how: Delivery) -> list[Pushed]:
        return self._event(openid, how, {"Event": "unsubscribe", "EventKey": ""}, "取消关注", following=False)

    def scan(self, openid: str, scene: str, how: Delivery) -> list[Pushed]:
        """Of a follower: SCAN; of others it makes them follow."""
        account = self._account(how.account)
        with writing(self._engine) as connection:
            known = followers.find(connection, account.name, openid, self._clock.business())
        ticket = {"Ticket": secrets.token_urlsafe(48)}
        if known is not None and known.following:
            return self._event(openid, how, {"Event": "SCAN", "EventKey": scene, **ticket}, "扫码")
        event = {"Event": "subscribe", "EventKey": f"qrscene_{scene}", **ticket}
        return self._event(openid, how, event, "扫码关注", following=True)

    def sms_reply(self, phone: str, content: str, how: Delivery) -> list[Pushed]:
        """An SMS of the customer. Not taken by us: the courier tries again, as the provider does."""
        now = self._clock.business()
        with writing(self._engine) as connection:
            created, new = self._first(connection, "sms", phone, how.msg_id, now)
            if new:
                phone_book.add(connection, "sms", "", phone, now, dir="in", kind="sms", text=content)
            if self._sms.provider == "tencent":
                said_at = datetime.fromtimestamp(created, UTC)
                item = tencent_reply(connection, phone, content, self._sign, said_at, new)
            else:
                item = aliyun_reply(phone, content, how.msg_id, now)
        pushed = self._sms.reply([item], how.times)
        if not any(one.good for one in pushed):
            with writing(self._engine) as connection:
                courier.post(connection, self._sms.manner.parcel, {"items": [item]}, self._clock.machine())
        return pushed

    def later(self, body: Mapping[str, Any]) -> bool:
        """A callback the courier brings: an event caused by one of our own calls."""
        account = self._account(str(body["account"]))
        fields = {"MsgType": "event", **body["event"]}
        created = int(self._clock.business().timestamp())
        whole = message(account, str(body["openid"]), created, fields)
        return self._pusher.push(account, str(body["openid"]), whole)[0].good

    def _message(self, openid: str, fields: Mapping[str, Any], how: Delivery) -> list[Pushed]:
        """A MsgId among the fields is a test's own; else the delivery's, or one made up."""
        account, now = self._account(how.account), self._clock.business()
        msg_id = how.msg_id or str(24_000_000_000_000_000 + secrets.randbelow(10**15))
        with writing(self._engine) as connection:
            self._need_follower(connection, account, openid, now)
            created, new = self._first(connection, account.name, openid, msg_id, now)
            if new:
                opens = followers.tapped if pushed_fields.opens(fields) == "tapped" else followers.typed
                opens(connection, account.name, openid, now)
                text, data = pushed_fields.shown(fields), media.shown(connection, account.name, fields, now)
                self._note(connection, account, openid, now, dir="in", kind="text", text=text, data=data)
        pushed = self._push(account, openid, message(account, openid, created, {"MsgId": int(msg_id), **fields}), how)
        self._answered(account, openid, msg_id, pushed, said=True)
        return pushed

    def _event(
        self, openid: str, how: Delivery, event: Mapping[str, Any], label: str, following: bool | None = None
    ) -> list[Pushed]:
        account, now = self._account(how.account), self._clock.business()
        msg_id = how.msg_id or f"event-{secrets.token_hex(8)}"
        with writing(self._engine) as connection:
            if following is None and pushed_fields.opens({"MsgType": "event", **event}):
                self._need_follower(connection, account, openid, now)
            _check_openid(openid)
            created, new = self._first(
                connection, account.name, openid, msg_id, self._own_second(connection, openid, now)
            )
            if new:
                self._change(connection, account, openid, now, event, following)
                self._note(connection, account, openid, now, dir="in", kind="event", text=label)
        whole = message(account, openid, created, {"MsgType": "event", **event})
        pushed = self._push(account, openid, whole, how)
        self._answered(account, openid, msg_id, pushed, said=False)
        return pushed

    def _account(self, name: str) -> SandboxAccount:
        if name not in self._accounts:
            raise BadControl(f"unknown account {name!r}")
        return self._accounts[name]

    def _need_follower(self, connection: Connection, account: SandboxAccount, openid: str, now: datetime) -> None:
        """Who was never seen is created as a follower; who left cannot write."""
        _check_openid(openid)
        followers.ensure(connection, account.name, openid, now, following=True)
        known = followers.find(connection, account.name, openid, now)
        if known is None or not known.following:
            raise NotPossible(f"{openid} does not follow this account: follow or scan first")

    def _change(
        self,
        connection: Connection,
        account: SandboxAccount,
        openid: str,
        now: datetime,
        event: Mapping[str, Any],
        following: bool | None,
    ) -> None:
        """What the event opens; most open nothing and say nothing of who follows."""
        opens = pushed_fields.opens({"MsgType": "event", **event})
        if following is not None or opens:
            followers.ensure(connection, account.name, openid, now, following=bool(following))
        if following is False:
            followers.unfollow(connection, account.name, openid)
        if following:
            scene = str(event.get("EventKey") or "").removeprefix("qrscene_")
            followers.follow(connection, account.name, openid, now, scene)
        if opens:
            followers.tapped(connection, account.name, openid, now)

    def _first(self, connection: Connection, account: str, openid: str, msg_id: str, now: datetime) -> tuple[int, bool]:
        """CreateTime of this msg_id, and whether it is new: pushed again it keeps its first CreateTime."""
        if not msg_id:
            return int(now.timestamp()), True
        row = {"account": account, "openid": openid, "msg_id": msg_id, "created": int(now.timestamp())}
        new = connection.execute(insert(first_push).values(**row).on_conflict_do_nothing()).rowcount == 1
        same = _same(account, openid, msg_id)
        return int(connection.execute(select(first_push.c.created).where(same)).scalar_one()), new

    def _own_second(self, connection: Connection, openid: str, now: datetime) -> datetime:
        """Events have no id: two of one person in one second would be taken for a retry."""
        latest = select(func.max(first_push.c.created)).where(first_push.c.openid == openid)
        last = connection.execute(latest).scalar()
        return now if last is None else max(now, datetime.fromtimestamp(last + 1, UTC))

    def _push(self, account: SandboxAccount, openid: str, whole: Mapping[str, object], how: Delivery) -> list[Pushed]:
        pushed = self._pusher.push(account, openid, whole, how.times)
        for _ in range(how.retries):
            if any(one.good for one in pushed[-how.times :]):
                break
            pushed += self._pusher.push(account, openid, whole, how.times)
        return pushed

    def _answered(self, account: SandboxAccount, openid: str, msg_id: str, pushed: list[Pushed], said: bool) -> None:
        """Put the first reply on the phone, once however often the message was pushed."""
        replies = (one.reply for one in pushed if one.reply is not None)
        reply = next(itertools.chain(replies), None)
        failed = said and not any(one.good for one in pushed)
        if reply is None and not failed:
            return
        now = self._clock.business()
        with writing(self._engine) as connection:
            mark = update(first_push).where(_same(account.name, openid, msg_id), first_push.c.replied.is_(False))
            if reply is None:
                self._note(connection, account, openid, now, dir="out", kind="system", text=FAILED)
            elif connection.execute(mark.values(replied=True)).rowcount:
                self._note(connection, account, openid, now, dir="out", kind="passive", text=reply.text)

    def _note(self, connection: Connection, account: SandboxAccount, openid: str, now: datetime, **what: Any) -> None:
        phone_book.add(connection, "wechat", account.name, openid, now, **what)


def _named(menu: Sequence[Mapping[str, Any]], key: str) -> str:
    """What the item of this key is called, the key itself when there is none."""
    items = [item for button in menu for item in button.get("sub_button") or (button,)]
    return next((str(item["name"]) for item in items if item.get("key") == key), key)


def _check_openid(openid: str) -> None:
    if not OPENID.fullmatch(openid):
        raise BadControl("an openid is 1 to 64 letters, digits, - and _")


def _same(account: str, openid: str, msg_id: str):  # type: ignore[no-untyped-def]  # a private SQLAlchemy type
    return (first_push.c.account == account) & (first_push.c.openid == openid) & (first_push.c.msg_id == msg_id)
