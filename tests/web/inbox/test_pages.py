"""What the pages show: order, search, words, cards, the file, and how many questions a view asks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update
from sqlalchemy import event as sqlalchemy_event

from bot.customer import Purpose
from store.engine import writing
from store.tables import people
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.store.cast import refused
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day, line, sent
from web.inbox.words import delivery, left, masked

MOST = 10  # inbox.md: queries a view


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "SELECT 1")):
            asked.append(statement)

    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)


def names(page: str) -> list[str]:
    return re.findall(r'class="who"><b>([^<]+)</b>', page)


def test_the_soonest_deadline_stands_first_and_the_rest_by_time(enter: Enter, cast: Cast, day: Day) -> None:
    listed = names(enter(cast.hanmeimei).get("/inbox").text)
    assert listed == ["陈静", "张伟", "刘洋", "赵磊", "孙悦", "周敏"]


def test_tabs_and_their_counts(enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    page = browser.get("/inbox/list").text
    assert re.findall(r"<b>(\d+)</b></a>", page) == ["1", "2", "6", "0"]
    assert names(browser.get("/inbox/list?tab=mine").text) == ["张伟"]
    assert names(browser.get("/inbox/list?tab=unclaimed").text) == ["陈静", "张伟"]
    assert names(browser.get("/inbox/list?tab=closed").text) == []
    assert "全部处理完" in browser.get("/inbox/list?tab=closed").text


@pytest.mark.parametrize(
    ("query", "found"),
    [("张", ["张伟"]), ("d62k8", ["张伟"]), ("热风", ["张伟"]), ("几点", ["陈静", "周敏"]), ("100%", []), ("_", [])],
)
def test_search_finds_names_plates_and_anything_said(
    enter: Enter, cast: Cast, day: Day, query: str, found: list[str]
) -> None:
    page = enter(cast.hanmeimei).get("/inbox/list", query_string={"q": query}).text
    assert names(page) == found
    assert ("清除搜索" in page) == (not found)


def test_pills_count_down_and_turn_red(enter: Enter, cast: Cast, day: Day, clock: StillClock) -> None:
    browser = enter(cast.hanmeimei)
    assert "剩 0:52" in browser.get("/inbox/list").text
    clock.advance(seconds=87)
    late = browser.get("/inbox/list").text
    assert re.search(r'class="pill over"[^>]*>.*?超时 0:35', late, re.S)
    assert "剩 10:33" in late


def test_spans_in_words(enter: Enter, cast: Cast, clock: StillClock, site: Any) -> None:
    with site.test_request_context():
        spans = {100: "剩 1:40", 3599: "剩 59:59", 7500: "剩 2小时5分", 270000: "剩 3天3小时", -35: "超时 0:35"}
        for seconds, words in spans.items():
            assert left(clock.now + timedelta(seconds=seconds), clock.now) == words


def test_the_conversation_shows_who_said_what_and_what_became_of_it(enter: Enter, cast: Cast, day: Day) -> None:
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}").text.split('id="log"')[1]
    assert page.index("您的车修好了") < page.index("交车三天回访") < page.index("不满意，空调还是不凉")
    assert list(re.findall(r'class="day"><span>([^<]+)', page)) == ["9月14日", "今天"]
    assert f'href="/inbox/touchpoints/{day.touchpoint_id}"' in page
    assert "微信窗口 剩" in page
    assert "47:42" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "发送中"),
        ("sending", "发送中"),
        ("accepted", "已送达"),
        ("delivered", "已送达"),
        ("failed", "失败"),
        ("suppressed", "失败"),
        ("uncertain", "未确认"),
    ],
)
def test_delivery_in_words(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock, state: str, words: str
) -> None:
    with writing(engine) as conn:
        said = sent(conn, cast, cast.chen, clock.now, "四点可取", state)
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.chen}").text
    assert words in page[page.index(f'id="m{said}"') :].split("</article>")[0]


def test_an_sms_has_arrived_only_by_its_receipt(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    with writing(engine) as conn:
        said = sent(conn, cast, cast.chen, clock.now, "四点可取", "accepted", channel="sms", kind="sms")
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.chen}").text
    assert "运营商已接收" in page[page.index(f'id="m{said}"') :].split("</article>")[0]


def test_text_of_customers_is_text(engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock) -> None:
    with writing(engine) as conn:
        line(conn, cast, cast.chen, clock.now, "<script>alert(1)</script>")
    for path in ("/inbox", f"/inbox/c/{cast.chen}"):
        page = enter(cast.hanmeimei).get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_the_file_beside_it(enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    file = "".join(browser.get(f"/inbox/c/{cast.zhang}/{part}").text for part in ("context", "ledger"))
    for words in ("浙A·D62K8", "长风 1.5T", "18,230 km", "RO#8812", "空调检漏加冷媒、空调滤芯", "¥386", "孙丽"):
        assert words in file
    assert "138****0001" in file
    assert "13800000001" not in file, "the phone is masked"
    assert re.search(r"活动与优惠</span><b>同意", file)
    assert re.search(r"节日生日问候</span><b>拒收", file)
    assert file.index('生日问候</span><b class="outcome planned">计划中') < file.index("交车三天回访")


def test_why_was_this_sent(enter: Enter, cast: Cast, day: Day) -> None:
    page = enter(cast.hanmeimei).get(f"/inbox/touchpoints/{day.touchpoint_id}").text
    for words in ("checkin.question", "RO#8812", "已经同意", "quiet_hours", "微信模板消息", "平台已接收", "已发出"):
        assert words in page


def test_older_lines_come_a_page_at_a_time(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    with writing(engine) as conn:
        for n in range(65):
            line(conn, cast, cast.chen, clock.now + timedelta(seconds=n), f"第{n}句")
    browser = enter(cast.hanmeimei)
    seen: list[int] = []
    page = browser.get(f"/inbox/c/{cast.chen}").text
    while True:
        seen = [int(n) for n in re.findall(r"第(\d+)句</p>", page)] + seen
        older = re.search(r'hx-get="([^"]+older[^"]+)"', page)
        if not older:
            break
        page = browser.get(older[1].replace("&amp;", "&")).text
    assert seen == list(range(65))


def test_a_live_fragment_keeps_what_the_page_already_shows(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    first = re.search(r'id="latest" data-first="(\d+)"', browser.get(f"/inbox/c/{cast.chen}").text)
    assert first
    with writing(engine) as conn:
        for n in range(40):
            line(conn, cast, cast.chen, clock.now, f"第{n}句")
    live = browser.get(f"/inbox/c/{cast.chen}/live?since={first[1]}").text
    assert "请转人工" in live
    assert "第39句" in live
    assert 'id="composer"' not in live, "a half-written answer stays"


@pytest.mark.parametrize("path", ["/inbox", "/inbox/list?q=空调", "/inbox/c/{c}", "/inbox/c/{c}?q=空调&m=3",
                                  "/inbox/c/{c}/context", "/inbox/c/{c}/wishes", "/inbox/c/{c}/ledger",
                                  "/inbox/c/{c}/live", "/inbox/c/{c}/around?m=3",
                                  "/inbox/c/{c}/sheet/merge", "/inbox/c/{c}/snippets", "/inbox/narrow", "/inbox/cases",
                                  "/inbox/customers", "/inbox/customers/{c}", "/inbox/touchpoints/{t}",
                                  "/inbox/events", "/inbox/events/new"])  # fmt: skip
def test_a_view_asks_at_most_ten_questions(engine: Engine, enter: Enter, cast: Cast, day: Day, path: str) -> None:
    browser = enter(cast.hanmeimei)
    with counting(engine) as asked:
        assert browser.get(path.format(c=cast.zhang, t=day.touchpoint_id)).status_code == 200
    assert len(asked) <= MOST, "\n".join(asked)


def test_the_number_of_questions_does_not_grow_with_the_rows(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    with counting(engine) as before:
        browser.get(f"/inbox/c/{cast.zhang}")
    with writing(engine) as conn:
        for n in range(25):
            sent(conn, cast, cast.zhang, clock.now + timedelta(seconds=n), "好", "queued")
    with counting(engine) as after:
        browser.get(f"/inbox/c/{cast.zhang}")
    assert len(after) == len(before)


def test_a_stranger_without_a_name_can_be_read_too(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    from store.tables.people import customer

    with writing(engine) as conn:
        row = {"store_id": cast.store_id, "name": "", "known": False, "phone": "", "created_at": clock.now}
        who = conn.execute(insert(customer).values(row).returning(customer.c.id)).scalar_one()
        line(conn, cast, who, clock.now, "在吗")
    page = enter(cast.hanmeimei).get(f"/inbox/c/{who}").text
    assert "未登记客户" in page
    assert "未绑定档案" in page


def test_masking() -> None:
    assert masked("+8613800000001") == "138****0001"
    assert masked("057100000000") == "057****0000"
    assert masked("") == ""
    assert masked("12345") == "12345"


def test_english_is_one_press_away_and_kept(enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    assert browser.post("/language/en", data={"next": "/inbox"}).location == "/inbox"
    page = browser.get("/inbox").text
    assert 'lang="en"' in page
    assert "Unclaimed" in page
    assert "待认领" not in page
    browser.post("/language/zh")
    assert "待认领" in browser.get("/inbox").text


def test_choices_are_read_as_words_and_a_customers_own_signs_stay(
    engine: Engine, enter: Enter, cast: Cast, clock: StillClock
) -> None:
    choices = '点一下：<a href="weixin://bizmsgmenu?msgmenucontent=a&msgmenuid=1">非常满意</a>'
    with writing(engine) as conn:
        sent(conn, cast, cast.zhang, clock.now, choices, "accepted")
        line(conn, cast, cast.zhang, clock.now, '<a href="x">我写的</a>')
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}").text
    assert '点一下：<span class="tap">非常满意</span>' in page
    assert "bizmsgmenu" not in page
    assert "&lt;a href=&#34;x&#34;&gt;我写的&lt;/a&gt;" in page


def test_the_e_mail_address_is_shown_as_recognisable_only_with_what_is_refused_there(
    enter: Enter, cast: Cast, engine: Engine
) -> None:
    page = f"/inbox/customers/{cast.zhang}"
    browser = enter(cast.hanmeimei)
    assert "邮箱" not in browser.get(page).text
    with writing(engine) as conn:
        values = {"email": "zhangwei@example.com", "email_state": "dead"}
        conn.execute(update(people.customer).where(people.customer.c.id == cast.zhang).values(values))
        refused(conn, "zhangwei@example.com", Purpose.MARKETING)
    shown = browser.get(page).text
    assert "z****@example.com" in shown
    assert "zhangwei@" not in shown
    assert "已失效" in shown
    assert "拒收" in shown


def test_of_an_e_mail_is_said_only_what_is_known(site: Any) -> None:
    with site.test_request_context():
        assert delivery("accepted", "email") == ("there", "邮件服务器已接收")
        assert delivery("uncertain", "email") == ("unknown", "未确认")
