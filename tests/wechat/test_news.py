"""What WeChat tells and nobody said: consents, withdrawals, the account's own fate. Never a turn, never twice."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.effects import Ask, PromptKind, Say
from store import prompts
from store.engine import reading, writing
from store.subscriptions import left
from store.tables import contact, people, runtime
from tests.channels.wechat.samples import EVENTS
from tests.whole_house import WholeHouse
from web import news

ADMIN_ACCOUNT = (
    "qualification_verify_success", "qualification_verify_fail", "naming_verify_success", "naming_verify_fail",
    "annual_renew", "verify_expired",
)  # fmt: skip


def tell(here: WholeHouse, event: Mapping[str, Any], openid: str = "o1", **how: Any) -> None:
    pushes = here.push(openid, {"MsgType": "event", **event}, **how)
    assert {push["status"] for push in pushes} == {200}
    assert [push["reply"] for push in pushes] == [None] * len(pushes)


def taps(*said: tuple[str, str], kind: str = "Popup") -> dict[str, Any]:
    entries = [{"TemplateId": template, "SubscribeStatusString": status} for template, status in said]
    name = f"SubscribeMsg{kind}Event"
    return {"Event": f"subscribe_msg_{kind.lower()}_event", name: {"List": entries}}


def consents(here: WholeHouse, openid: str = "o1") -> dict[str, int]:
    with reading(here.house.engine) as conn:
        return left(conn, "main", openid)


def alerts(here: WholeHouse) -> list[Any]:
    return here.rows(runtime.feed, kind="alert")


# --- subscriptions -------------------------------------------------------------------------------------------------


def test_each_tap_on_allow_is_one_message(here: WholeHouse) -> None:
    tell(here, taps(("T1", "accept"), ("T2", "reject"), ("T1", "accept")))
    tell(here, taps(("T1", "accept")))
    assert consents(here) == {"T1": 3}


def test_the_same_push_again_gives_nothing_more(here: WholeHouse) -> None:
    for _ in range(2):
        tell(here, taps(("T1", "accept"), ("T2", "accept")), msg_id="s1", times=4)
    assert consents(here) == {"T1": 1, "T2": 1}


def test_a_popup_refused_takes_nothing_back_and_the_switch_takes_all(here: WholeHouse) -> None:
    tell(here, taps(("T1", "accept"), ("T2", "accept")))
    tell(here, taps(("T1", "reject")))
    assert consents(here) == {"T1": 1, "T2": 1}
    tell(here, taps(("T1", "reject"), kind="Change"))
    assert consents(here) == {"T2": 1}
    tell(here, taps(("T1", "accept"), kind="Change"))
    assert consents(here) == {"T2": 1}


# --- withdrawal ----------------------------------------------------------------------------------------------------


def revoke(openid: str = "o1", name: str = "user_authorization_revoke") -> dict[str, Any]:
    return {"Event": name, "OpenID": openid, "AppID": "wx1", "RevokeInfo": "301"}


def settled_in(here: WholeHouse) -> None:
    """张伟 follows, wrote, sent a place, allowed a notification and was asked something."""
    here.bound("o1", here.cast.zhang)
    here.said("o1", "text", {"content": "你好"})
    here.said("o1", "location", {"latitude": 30.2, "longitude": 120.1, "label": "滨江区1号"})
    tell(here, taps(("T1", "accept")))
    now = here.house.clock.business()
    with writing(here.house.engine) as conn:
        ask = Ask(Say("checkin.question"), PromptKind.SURVEY, now + timedelta(days=7), scale="1-5")
        prompts.ask(conn, here.cast.zhang, ask, {"channel": "wechat"}, now)


@pytest.mark.parametrize("name", ["user_authorization_revoke", "user_authorization_cancellation"])
def test_a_withdrawal_is_acted_on(here: WholeHouse, name: str) -> None:
    settled_in(here)
    for _ in range(2):
        tell(here, revoke(name=name), openid="oWeixin", msg_id="r1", times=2)
    assert here.rows(contact.wechat_window) == []
    assert consents(here) == {}
    assert [row.state for row in here.rows(contact.prompt)] == ["replaced"]
    assert {row.purpose for row in here.rows(people.refusal, address="o1")} == {"marketing", "greeting", "survey"}
    assert {row.source for row in here.rows(people.refusal)} == {"event"}
    (alert,) = alerts(here)
    assert (alert.customer_id, "撤回" in alert.ref["sentence"]) == (here.cast.zhang, True)
    (note,) = here.rows(contact.message, direction="note")
    assert note.text == alert.ref["sentence"]
    (thread,) = here.rows(contact.thread)
    assert (thread.state, thread.reason) == ("waiting", "privacy")


def test_a_correction_only_calls_a_person(here: WholeHouse) -> None:
    settled_in(here)
    tell(here, revoke(name="user_info_modified"))
    assert (consents(here), here.rows(people.refusal)) == ({"T1": 1}, [])
    assert len(alerts(here)) == 1


def test_a_withdrawal_by_somebody_unknown_holds_once_they_come(here: WholeHouse) -> None:
    tell(here, revoke("oNever"))
    assert len(here.rows(people.refusal, address="oNever")) == 3
    assert alerts(here) == []


# --- the account, the desk, the debugger ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ADMIN_ACCOUNT)
def test_the_accounts_fate_is_an_alert_for_its_store_with_a_sentence(here: WholeHouse, name: str) -> None:
    for _ in range(2):
        tell(here, EVENTS[name], msg_id="v1", account="xixi")
    (alert,) = alerts(here)
    assert (alert.store_id, alert.ref["reason"]) == (here.cast.elsewhere_id, name)
    assert alert.ref["sentence"] == news.ACCOUNT_SAYS[name]


@pytest.mark.parametrize(
    "name",
    ["LOCATION", "VIEW", "kf_create_session", "kf_close_session", "kf_switch_session", "an event of tomorrow"],
)
def test_what_asks_for_nothing_is_acknowledged_and_not_kept(here: WholeHouse, name: str) -> None:
    tell(here, EVENTS[name])
    for table in (contact.message, contact.callback, contact.wechat_window, runtime.feed, people.identity):
        assert here.rows(table) == []


def test_the_debugger_leaves_its_length_in_the_log(here: WholeHouse) -> None:
    with capture_logs() as lines:
        tell(here, {"Event": "debug_demo", "debug_str": "a secret word"})
    (line,) = [line for line in lines if line["event"] == "wechat_debug"]
    assert line["length"] == 13
    assert "secret" not in str(lines)


def test_a_report_about_nothing_of_ours_is_no_error(here: WholeHouse) -> None:
    for name in ("TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH", "subscribe_msg_sent_event"):
        tell(here, EVENTS[name])
    kept = here.rows(contact.callback)
    assert [(row.kind, row.state) for row in kept] == [("report", "unmatched")] * 4


def test_a_database_that_is_away_is_a_503(here: WholeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never a 500: WeChat comes again, and what was kept counts once."""

    def away(*_of: object, **_more: object) -> None:
        raise OperationalError("INSERT", {}, OSError("gone"))

    monkeypatch.setattr("store.callbacks.keep", away)
    for name in ("verify_expired", "subscribe_msg_popup_event"):
        (push,) = here.push("o1", EVENTS[name])
        assert push["status"] == 503
    monkeypatch.undo()
    tell(here, EVENTS["subscribe_msg_popup_event"])
    assert consents(here) == {"T1": 1}
