"""The banner: what a provider refuses to everybody, seen by the staff of the account's store, in both languages."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.customer import StaffMember
from bot.messages import Channel
from store import outbox, templates, troubles
from store.engine import reading, writing
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day
from web.inbox.troubles import WHAT


def trouble(engine: Engine, clock: StillClock, account: str, code: str = "40164", way: str = "*") -> bool:
    sentence = "服务器 IP 不在公众平台白名单中，请添加（203.0.113.7）"
    stops, until = code != "45009", clock.now + timedelta(minutes=5)
    with writing(engine) as conn:
        return troubles.begin(
            conn, way, account, code=code, sentence=sentence, stops=stops, now=clock.now, machine_now=clock.now,
            until=until,
        )  # fmt: skip


def member(cast: Cast, who: str) -> StaffMember:
    found: StaffMember = getattr(cast, who)
    return found


@pytest.mark.parametrize(
    ("account", "way", "seen_by"),
    [
        ("main", "*", {"hanmeimei", "lilei", "admin"}),
        ("xixi", "*", {"wanglei", "admin"}),
        ("", "sms", {"hanmeimei", "lilei", "wanglei", "admin"}),
        ("sold", "*", set()),
    ],
)
def test_an_accounts_trouble_is_shown_to_the_staff_of_its_store(
    enter: Enter, engine: Engine, clock: StillClock, cast: Cast, day: Day, account: str, way: str, seen_by: set[str]
) -> None:
    trouble(engine, clock, account, way=way)
    for who in ("hanmeimei", "lilei", "wanglei", "admin"):
        for path in ("/inbox", "/inbox/cases", "/inbox/troubles"):
            shown = "203.0.113.7" in enter(member(cast, who)).get(path).text
            assert shown is (who in seen_by), (who, path)


def test_it_is_loud_and_says_what_to_do_in_the_readers_language(
    enter: Enter, engine: Engine, clock: StillClock, cast: Cast
) -> None:
    trouble(engine, clock, "main")
    browser = enter(cast.hanmeimei)
    page = browser.get("/inbox/troubles").text
    for words in ("微信已停止发送", "白名单", "40164", 'role="alert"', "loud"):
        assert words in page
    browser.post("/language/en")
    page = browser.get("/inbox/troubles").text
    assert "WeChat has stopped sending." in page
    assert "white list" in page
    assert "微信" not in page


def test_a_pause_and_a_disabled_template_are_quieter(
    enter: Enter, engine: Engine, clock: StillClock, cast: Cast
) -> None:
    trouble(engine, clock, "main", code="45009", way="template")
    with writing(engine) as conn:
        templates.disable(conn, "main", "TPL-checkin", "40037", clock.now)
        templates.disable(conn, "main", "TPL-of-yesterday", "40037", clock.now)
    page = enter(cast.hanmeimei).get("/inbox/troubles").text
    assert "loud" not in page
    assert "微信模板消息暂停" in page
    assert page.count("微信模板已停用") == 1, "only what dealer.yaml still names"
    clock.advance(minutes=6)
    page = enter(cast.hanmeimei).get("/inbox/troubles").text
    assert "微信模板消息暂停" not in page
    assert "微信模板已停用" in page


def test_it_is_gone_with_the_first_accepted_message(
    enter: Enter, engine: Engine, clock: StillClock, cast: Cast
) -> None:
    trouble(engine, clock, "main")
    with writing(engine) as conn:
        troubles.end(conn, "custom", "main", clock.now)
    assert "trouble" not in enter(cast.hanmeimei).get("/inbox/troubles").text


def test_the_same_trouble_is_news_once_an_hour_and_another_one_at_once(engine: Engine, clock: StillClock) -> None:
    assert trouble(engine, clock, "main")
    assert not trouble(engine, clock, "main")
    assert trouble(engine, clock, "main", code="48004")
    with writing(engine) as conn:
        troubles.end(conn, "template", "main", clock.now)
    assert not trouble(engine, clock, "main", code="48004")
    clock.advance(hours=2)
    with writing(engine) as conn:
        troubles.end(conn, "template", "main", clock.now - timedelta(hours=2))
    assert trouble(engine, clock, "main", code="48004")


def test_after_its_time_one_caller_alone_gets_through(engine: Engine, clock: StillClock) -> None:
    trouble(engine, clock, "main")
    clock.advance(minutes=5)
    with writing(engine) as conn:
        assert troubles.hold(conn, "custom", "main", clock.now) is None
        assert troubles.hold(conn, "template", "main", clock.now) == clock.now + troubles.PROBE
        assert troubles.hold(conn, "template", "xixi", clock.now) is None
    with reading(engine) as conn:
        assert set(troubles.shut(conn, clock.now)) == {(way, "main") for way in outbox.WAYS[Channel.WECHAT]}


def test_every_code_that_stops_says_what_to_do() -> None:
    from channels.wechat.errors import RULES, Reaction

    stops = {str(code) for code, rule in RULES.items() if rule.reaction is Reaction.STOP}
    assert stops - set(WHAT) == {"41001"}, "a fault of ours has its own sentence only"
