"""WeChat's pushes over real HTTP: duplicates, replays, refusals, lateness."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import requests
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.effects import OpenCase, Say
from bot.messages import InboundKind
from bot.ports import Read
from bot.turn import Decision, Turn
from channels.wechat.receive import LARGEST
from store.losable import Losable
from store.tables import cases, contact, outbound
from tests.turn_house import OPENID, TurnHouse
from tests.valkey import Valkey
from tests.web.serving import Caller, served, wechat_site
from tests.wechat_push import event, sign, text
from web.turn import Decide

WORDS = "不满意，空调还是不凉"


@pytest.fixture
def caller(house: TurnHouse) -> Iterator[Caller]:
    house.follower(house.cast.zhang)
    with served(house, wechat_site(house)) as calling:
        yield calling


@pytest.fixture
def nonces(tmp_path: Path) -> Iterator[Losable]:
    valkey = Valkey(tmp_path)
    valkey.start()
    yield Losable(valkey.url)
    valkey.stop()


def complains(house: TurnHouse) -> Decide:
    """Opens a case for whatever is written, as the handlers do for a complaint."""

    def decide(_turn: Turn, _read: Read, now: datetime) -> Decision:
        due = [now + timedelta(hours=hours) for hours in (2, 24, 72)]
        case = OpenCase("P3", "quality", "空调", house.cast.hanmeimei.id, None, None, *due)
        return Decision((case, Say("hello"), Say("more")), intent="complaint")

    return decide


def test_a_text_is_answered_encrypted(caller: Caller, house: TurnHouse) -> None:
    answer = caller.post(text("你好"))
    assert caller.opened(answer).endswith("您好")
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert len(house.rows(contact.message, direction="in")) == 1


def test_the_answer_is_on_disk_when_it_is_given(caller: Caller, house: TurnHouse) -> None:
    for number in range(5):
        said = caller.opened(caller.post(text("你好", 100 + number)))
        (row,) = house.rows(contact.message, provider_key=f"wechat:main:{100 + number}-1789611600-oLiLei")
        assert row.reply["text"] == said


def test_the_same_message_six_times_at_once(house: TurnHouse) -> None:
    """Six answers identical after decryption, one message, one case, one copy of what follows."""
    house.follower(house.cast.zhang)
    with served(house, wechat_site(house, house.deciding(complains(house)))) as caller:
        answers = caller.at_once(text(WORDS), 6)
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({caller.opened(answer) for answer in answers}) == 1
    assert len({answer.text for answer in answers}) == 6  # each encrypted anew
    assert len(house.rows(contact.message, direction="in")) == 1
    assert len(house.rows(cases.cases)) == 1
    assert len(house.rows(outbound.outbox)) == 1


def test_six_newcomers_first_words_make_one_file(house: TurnHouse) -> None:
    with served(house, wechat_site(house)) as caller:
        answers = caller.at_once(text("在吗", FromUserName="oNew"), 6)
    assert len({caller.opened(answer) for answer in answers}) == 1
    assert len(house.rows(contact.message, direction="in")) == 1
    assert len(house.rows(contact.thread)) == 1


def test_different_messages_at_once_are_all_kept(caller: Caller, house: TurnHouse) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: caller.post(text("你好", number)), range(1, 25)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(house.rows(contact.message, direction="in")) == 24


def test_a_retry_after_a_restart_gets_the_stored_answer(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    with served(house, wechat_site(house)) as caller:
        first = caller.opened(caller.post(text("你好")))
    with served(house, wechat_site(house, house.effects(Say("more")))) as caller:
        assert caller.opened(caller.post(text("你好"))) == first


def test_a_nonce_brings_its_own_message_again_and_no_other(house: TurnHouse, nonces: Losable) -> None:
    house.follower(house.cast.zhang)
    with served(house, wechat_site(house, nonces=nonces.nonces)) as caller:
        first = caller.post(text("你好", 1), nonce="77")
        again = caller.post(text("你好", 1), nonce="77")
        other = caller.post(text("退订", 2), nonce="77")
    assert caller.opened(first) == caller.opened(again)
    assert other.status_code == 403
    assert len(house.rows(contact.message, direction="in")) == 1


def test_a_nonce_of_news_or_a_report_opens_nothing_else(house: TurnHouse, nonces: Losable) -> None:
    one, two = ({"List": {"TemplateId": each, "SubscribeStatusString": "accept"}} for each in ("T1", "T2"))
    report = event("TEMPLATESENDJOBFINISH", MsgID=1, Status="success")
    with served(house, wechat_site(house, nonces=nonces.nonces)) as caller:
        popup = [event("subscribe_msg_popup_event", SubscribeMsgPopupEvent=each) for each in (one, two)]
        given = [caller.post(each, nonce="77").status_code for each in (popup[0], popup[0], popup[1], report)]
        reported = [caller.post(each, nonce="78").status_code for each in (report, report, popup[1])]
    assert (given, reported) == ([200, 200, 403, 403], [200, 200, 403])
    assert [(row.template_id, row.left) for row in house.rows(contact.subscription)] == [("T1", 1)]


def test_a_nonce_may_come_again_with_another_timestamp(house: TurnHouse, nonces: Losable) -> None:
    """Ten digits of chance meet by chance in a busy quarter of an hour."""
    house.follower(house.cast.zhang)
    with served(house, wechat_site(house, nonces=nonces.nonces)) as caller:
        assert caller.post(text("你好", 1), nonce="77").status_code == 200
        house.clock.advance(seconds=1)
        assert caller.post(text("在吗", 2), nonce="77").status_code == 200


def test_markup_in_an_answer_stays_text(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    words = "a]]><Content>evil</Content><![CDATA["
    with served(house, wechat_site(house, house.effects(Say("echo", {"text": words})))) as caller:
        assert caller.opened(caller.post(text(words))) == words
    (came,) = house.rows(contact.message, direction="in")
    assert came.text == words


BAD = {
    "garbage": b"\xff\xfe garbage",
    "empty": b"",
    "json": b'{"ToUserName":"gh","Encrypt":"x"}',
    "plain": text(WORDS).encode(),
    "entities": b"<!DOCTYPE l [<!ENTITY a 'ha'>]><xml><Encrypt>&a;</Encrypt></xml>",
    "no envelope": b"<xml/>",
    "bad envelope": b"<xml><Encrypt>????</Encrypt></xml>",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_body_is_a_4xx_with_a_log_line_and_no_words_of_it(caller: Caller, house: TurnHouse, name: str) -> None:
    args, _ = caller.push.sealed(text("x"), house.clock.now)
    with capture_logs() as lines:
        answer = caller.send(args, BAD[name])
    assert 400 <= answer.status_code < 500
    assert [line["event"] for line in lines] == ["inbound_refused"]
    assert not any(secret in str(lines) for secret in (WORDS, OPENID, caller.push.token))
    assert house.rows(contact.message) == []


def test_rightly_signed_nonsense_is_a_400(caller: Caller, house: TurnHouse) -> None:
    assert caller.post("<xml/>").status_code == 400
    assert caller.post("{}").status_code == 400
    args, _ = caller.push.sealed("x", house.clock.now)
    args["msg_signature"] = sign(caller.push.token, args["timestamp"], args["nonce"], "AAAA")
    assert caller.send(args, b"<xml><Encrypt>AAAA</Encrypt></xml>").status_code == 400


def test_a_wrong_signature_is_a_403(caller: Caller) -> None:
    assert caller.post(text("x"), msg_signature="0" * 40).status_code == 403


def test_an_old_push_is_a_403(caller: Caller, house: TurnHouse) -> None:
    args, body = caller.push.sealed(text("x"), house.clock.now - timedelta(seconds=301))
    assert caller.send(args, body).status_code == 403


def test_a_moved_clock_moves_what_counts_as_fresh(caller: Caller, house: TurnHouse) -> None:
    """The sandbox signs by business time."""
    house.clock.advance(days=3)
    assert caller.post(text("x")).status_code == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_a_body_is_a_413(caller: Caller, house: TurnHouse, chunked: bool) -> None:
    args, _ = caller.push.sealed(text("x"), house.clock.now)
    body = b"<" * (LARGEST + 1)
    data = iter([body]) if chunked else body
    answer = requests.post(caller.url, params=args, data=data, timeout=20)
    assert answer.status_code in ({413} if not chunked else {400, 413})  # werkzeug's own server reads no chunks


def test_an_unknown_account_is_a_404(caller: Caller) -> None:
    assert requests.post(caller.url.replace("main", "other"), data=b"x", timeout=20).status_code == 404
    assert requests.get(caller.url.replace("main", "other"), timeout=20).status_code == 404


@pytest.mark.parametrize("ending", ["", "/"])
def test_the_console_checks_our_address_without_a_redirect(caller: Caller, house: TurnHouse, ending: str) -> None:
    args, _ = caller.push.plain("", house.clock.now)
    url = caller.url + ending
    answer = requests.get(url, params=args | {"echostr": "43751"}, timeout=20, allow_redirects=False)
    assert (answer.status_code, answer.text) == (200, "43751")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert requests.get(url, params=args | {"echostr": "1", "signature": "x"}, timeout=20).status_code == 403


def test_a_report_moves_the_message_it_reports(caller: Caller, house: TurnHouse) -> None:
    row = {
        "way": "template",
        "account": "main",
        "address": OPENID,
        "category": "survey",
        "priority": "service",
        "state": "accepted",
    }
    house.add(
        outbound.outbox, store_id=house.cast.store_id, out_id="t1", provider_id="200163836", payload={},
        not_before=house.clock.now, created_at=house.clock.now, **row,
    )  # fmt: skip
    answer = caller.post(event("TEMPLATESENDJOBFINISH", MsgID=200163836, Status="success"))
    assert (answer.status_code, answer.text) == (200, "success")
    assert house.rows(outbound.outbox)[0].state == "delivered"
    assert caller.post(event("TEMPLATESENDJOBFINISH", MsgID=9, Status="success")).status_code == 200


def test_a_report_of_the_client_is_no_turn(caller: Caller, house: TurnHouse) -> None:
    assert caller.post(event("LOCATION", Latitude="23.1")).text == "success"
    assert caller.post(event("VIEW", "https://example.com/")).text == "success"
    assert house.rows(contact.message) == []


def test_a_picture_is_kept(caller: Caller, house: TurnHouse) -> None:
    assert caller.post(text("x").replace("[text]", "[image]")).status_code == 200
    (row,) = house.rows(contact.message, direction="in")
    assert row.kind == InboundKind.IMAGE.value


def test_a_handler_that_fails_hands_over_to_a_person(house: TurnHouse) -> None:
    def breaks(_turn: Turn, _read: Read, _now: datetime) -> Decision:
        raise ZeroDivisionError(WORDS)

    house.follower(house.cast.zhang)
    with served(house, wechat_site(house, house.deciding(breaks))) as caller, capture_logs() as lines:
        first = caller.opened(caller.post(text(WORDS)))
        assert caller.opened(caller.post(text(WORDS))) == first == "已为您转接工作人员"
    (row,) = house.rows(contact.message, direction="in")
    assert row.text == WORDS
    (thread,) = house.rows(contact.thread)
    assert (thread.state, thread.reason) == ("waiting", "bot_failed")
    assert [line["event"] for line in lines] == ["turn_failed"]
    assert not any(secret in str(lines) for secret in (WORDS, OPENID))


def test_a_late_turn_answers_once_through_the_outbox(house: TurnHouse) -> None:
    """Slower than 4 s by machine time: `success` now, the words as a custom message."""

    def dawdles(_turn: Turn, _read: Read, _now: datetime) -> Decision:
        house.clock.ticks += 4.5
        return Decision((Say("hello"), Say("more")), intent="greet")

    house.follower(house.cast.zhang)
    with served(house, wechat_site(house, house.deciding(dawdles))) as caller:
        assert [caller.post(text("你好")).text for _ in range(2)] == ["success", "success"]
    rows = house.rows(outbound.outbox)
    assert [row.way for row in rows] == ["custom", "custom"]
    assert rows[0].payload["text"].endswith("您好")
    assert "outbox" in house.wakes.topics


def test_a_duplicate_of_one_still_being_decided_waits_and_gets_success(
    house: TurnHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.turn.LATE_S", 0.2)
    deciding, go_on = Event(), Event()

    def holds(_turn: Turn, _read: Read, _now: datetime) -> Decision:
        deciding.set()
        assert go_on.wait(20)
        house.clock.ticks += 0.3
        return Decision((Say("hello"),), intent="greet")

    house.follower(house.cast.zhang)
    with served(house, wechat_site(house, house.deciding(holds))) as caller, ThreadPoolExecutor(1) as pool:
        first = pool.submit(caller.post, text("你好"))
        assert deciding.wait(20)
        assert caller.post(text("你好")).text == "success"
        go_on.set()
        assert first.result(20).text == "success"
    assert len(house.rows(outbound.outbox)) == 1
    assert len(house.rows(contact.message, direction="in")) == 1


def test_a_database_that_is_away_is_a_503_so_that_wechat_comes_again(house: TurnHouse) -> None:
    def away(_turn: Turn, _read: Read, _now: datetime) -> Decision:
        raise OperationalError("SELECT", {}, OSError("gone"))

    house.follower(house.cast.zhang)
    with served(house, wechat_site(house, house.deciding(away))) as caller:
        assert caller.post(text("你好")).status_code == 503
    assert house.rows(contact.message) == []
