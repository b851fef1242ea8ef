"""Unsubscribing: what WeChat alone gave goes, what rests on another basis stays (docs/privacy.md)."""

from store.follow import DELETED
from store.tables import cases, contact, people
from tests.wechat.test_news import settled_in
from tests.whole_house import WholeHouse


def test_a_known_customer_keeps_the_file_and_the_words(here: WholeHouse) -> None:
    """wechat.md §7.3 item 19: unsubscribing is honoured."""
    settled_in(here)
    here.said("o1", "unfollow", {})
    assert here.rows(contact.wechat_window) == here.rows(contact.subscription) == []
    assert [row.state for row in here.rows(contact.prompt)] == ["replaced"]
    lines = here.rows(contact.message, direction="in")
    assert [(row.text, row.data) for row in lines] == [("你好", None), ("[位置]", None), ("取消了关注", None)]
    assert [row.name for row in here.rows(people.customer, id=here.cast.zhang)] == ["张伟"]
    (identity,) = here.rows(people.identity)
    assert (identity.following, identity.customer_id) == (False, here.cast.zhang)


def test_a_passer_by_leaves_nothing_but_the_keys(here: WholeHouse) -> None:
    """wechat.md §7.3 item 19."""
    here.said("o1", "text", {"content": "我住在滨江区1号", "msg_id": "9"})
    here.push("o1", {"MsgType": "image", "MediaId": "M1"})
    here.said("o1", "unfollow", {})
    lines = here.rows(contact.message, channel="wechat")
    assert {row.text for row in lines if row.kind != "unfollow"} == {DELETED}
    assert {row.data for row in lines} == {None}
    assert [row.last_text for row in here.rows(contact.thread)] == ["取消了关注"]
    (identity,) = here.rows(people.identity)
    assert not identity.following


def test_a_retry_that_comes_after_leaving_says_nothing(here: WholeHouse) -> None:
    here.said("o1", "text", {"content": "你好", "msg_id": "9"})
    here.said("o1", "unfollow", {})
    here.said("o1", "follow", {})
    (push,) = here.control("wechat/o1/text", {"content": "你好", "msg_id": "9"})["pushes"]
    assert (push["status"], push["reply"]) == (200, None)


def test_a_case_keeps_its_words(here: WholeHouse) -> None:
    here.said("o1", "text", {"content": "不满意，空调修了两次还是不凉，我要投诉"})
    assert len(here.rows(cases.cases)) == 1
    here.said("o1", "unfollow", {})
    assert here.rows(contact.message, direction="in")[0].text.startswith("不满意")
    assert "空调" in here.rows(cases.cases)[0].text


def test_coming_back_begins_anew(here: WholeHouse) -> None:
    settled_in(here)
    here.said("o1", "unfollow", {})
    here.said("o1", "follow", {})
    (window,) = here.rows(contact.wechat_window)
    assert (window.kind, window.quota) == ("touch", 3)
    assert [row.following for row in here.rows(people.identity)] == [True]
