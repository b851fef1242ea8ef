"""What WeChat tells and nobody said (wechat.md §2.8): noted, never a turn. Told twice, it counts once.

`callback` rows of kind `news` hold the keys of what was acted on, in the transaction of the act.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.consent import PROMOTION, Source
from bot.customer import Purpose
from bot.dealer import Dealer
from bot.messages import Channel, News, NewsKind
from bot.ports import Clock
from store import callbacks, consents, feed, follow, subscriptions, threads
from store.consents import Act
from store.stores import keep_stores, store_id_of
from store.writer import Writer

WITHDRAWN = (*PROMOTION, Purpose.SURVEY)
CORRECTED = "user_info_modified"
REVOKED_SAYS = "客户在微信里撤回了个人信息授权：微信侧数据已删除，不再发送营销、祝福和回访，请核对档案。"
CORRECTED_SAYS = "客户在微信里修改了个人信息授权，请核对档案中的资料。"
ACCOUNT_SAYS: Mapping[str, str] = {
    "qualification_verify_success": "公众号资质认证成功。",
    "qualification_verify_fail": "公众号资质认证失败，请到公众平台查看原因并重新提交。",
    "naming_verify_success": "公众号名称认证成功。",
    "naming_verify_fail": "公众号名称认证失败，请到公众平台查看原因。",
    "annual_renew": "公众号认证需要年审，请尽快办理：过期后模板消息和客服消息都会停止。",
    "verify_expired": "公众号认证已过期：模板消息和客服消息会被微信拒绝，请立即续期。",
}
ACCOUNT_OTHERS = "公众号账号状态有变化，请到公众平台查看。"
log = structlog.get_logger()


def noting(writer: Writer, clock: Clock, dealer: Dealer) -> Callable[[News], None]:
    """For the WeChat webhook. Errors are the database's; whatever the news is about may be unknown to us."""
    acts: Mapping[NewsKind, Callable[[Connection, News], Collection[str]]] = {
        NewsKind.SUBSCRIPTION: partial(_consents, clock),
        NewsKind.REVOKED: partial(_withdrawal, clock),
        NewsKind.ACCOUNT: partial(_account, clock, dealer),
    }

    def note(news: News) -> None:
        if news.kind is NewsKind.DEBUG:
            log.info("wechat_debug", account=news.account, length=news.data.get("length"))
        act = acts.get(news.kind)
        if act is not None:
            writer.run(lambda conn: act(conn, news), lambda topics: topics)

    return note


def _first(conn: Connection, clock: Clock, news: News, key: str) -> bool:
    """False when it was acted on before. The unique key is the lock."""
    item = (f"{news.account}:{key}", {"event": news.event}, news.openid)
    return callbacks.keep(conn, "wechat", "news", [item], clock.business(), state="done") == 1


def _consents(clock: Clock, conn: Connection, news: News) -> Collection[str]:
    """One tap on 允许 is one message; only the switch in WeChat's own settings takes back what was given."""
    for item in _items(news):
        if not _first(conn, clock, news, str(item["key"])):
            continue
        whose = (news.account, news.openid, str(item["template_id"]), clock.business())
        accepted, rejected = item["status"] == "accept", item["status"] == "reject"
        if news.event == "subscribe_msg_popup_event" and accepted:
            subscriptions.give(conn, *whose)
        if news.event == "subscribe_msg_change_event" and rejected:
            subscriptions.withdraw(conn, *whose)
        if accepted or rejected:
            act = _act(clock, news, f"template:{item['template_id']}")
            consents.of_one_channel(conn, news.openid, accepted, act)
    return ()


def _items(news: News) -> Sequence[Mapping[str, Any]]:
    items = news.data.get("items")
    return items if isinstance(items, list) else ()


def _withdrawal(clock: Clock, conn: Connection, news: News) -> Collection[str]:
    """PIPL art. 15: consent may be withdrawn at any time. What rested on it ends now; a person looks at the file."""
    now, who = clock.business(), follow.file_of(conn, news.account, news.openid)
    if not _first(conn, clock, news, news.provider_key):
        return ()
    if news.event != CORRECTED:  # also where no file is tied to the openid yet: it may be bound tomorrow
        consents.withdraw(conn, who[0] if who else None, WITHDRAWN, _act(clock, news))
    if who is None:
        return ()
    customer_id, store_id = who
    if news.event != CORRECTED:
        follow.forget(conn, news.account, news.openid, customer_id)
    sentence = CORRECTED_SAYS if news.event == CORRECTED else REVOKED_SAYS
    threads.hand_off(conn, customer_id, store_id, reason="privacy", priority="normal", at=now)
    threads.note(conn, customer_id, store_id, sentence, now)
    feed.tell(conn, store_id, "alert", {"reason": news.event, "sentence": sentence}, customer_id, now)
    return (feed.TOPIC,)


def _act(clock: Clock, news: News, *evidence: str) -> Act:
    proof = " · ".join((news.event, *evidence))
    return Act(Source.EVENT, clock.business(), Channel.WECHAT.value, news.openid, proof)


def _account(clock: Clock, dealer: Dealer, conn: Connection, news: News) -> Collection[str]:
    """To the staff of the account's store, as an alert of the feed; nobody's phone rings for it."""
    if not _first(conn, clock, news, news.provider_key):
        return ()
    home = dealer.store(dealer.accounts[news.account].store)
    keep_stores(conn, [home])
    sentence = ACCOUNT_SAYS.get(news.event, ACCOUNT_OTHERS)
    log.warning("wechat_account", account=news.account, event_name=news.event)
    ref = {"reason": news.event, "sentence": sentence, **news.data}
    feed.tell(conn, store_id_of(conn, home.code), "alert", ref, None, clock.business())
    return (feed.TOPIC,)
