"""The texts of the house as a manager sees them: samples, a customer's own values, what a colleague may not see."""

import pytest

from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter, previews
from tests.web.inbox.day import Day
from web.inbox.words import pieces


@pytest.mark.parametrize(("who", "status"), [("lilei", 200), ("admin", 200), ("hanmeimei", 403), ("advisor", 403)])
def test_for_managers_only(enter: Enter, cast: Cast, who: str, status: int) -> None:
    browser = enter(getattr(cast, who))
    assert browser.get("/inbox/preview").status_code == status
    assert ("话术预览" in browser.get("/inbox").text) is (status == 200)


def test_every_text_has_its_page(enter: Enter, cast: Cast) -> None:
    browser, known = enter(cast.lilei), previews()
    assert known.messages
    for message_id in known.messages:
        page = browser.get(f"/inbox/preview?m={message_id}").text
        assert page.count('<article class="phone') == len(known.views(message_id)), message_id
        assert 'class="notice"' not in page, f"{message_id} cannot be made"


def test_fields_length_and_price_stand_beside_it(enter: Enter, cast: Cast) -> None:
    page = enter(cast.lilei).get("/inbox/preview?m=staff.contact").text
    assert "【远禾滨江店】李雷您好，我是远禾滨江店韩梅梅，就空调复检的时间想与您联系" in page
    assert "57 字 · 1 条 · ¥0.045" in page
    assert "变量最长时 71 字 · 2 条 · ¥0.090" in page
    template = enter(cast.lilei).get("/inbox/preview?m=case.ack").text
    assert "您反映的问题已由专人负责" in template
    assert "12/20" in template


def test_with_a_customers_own_values(enter: Enter, cast: Cast, day: Day) -> None:
    page = enter(cast.lilei).get("/inbox/preview?m=checkin.question&q=张伟").text
    assert "按 张伟 的资料填写" in page
    assert "张伟您好，您的爱车浙A·D62K8交车已有三天" in page


@pytest.mark.parametrize("query", ["赵敏", "没有这个人"])
def test_a_customer_of_another_store_is_nobody(enter: Enter, cast: Cast, day: Day, query: str) -> None:
    page = enter(cast.lilei).get(f"/inbox/preview?m=checkin.question&q={query}").text
    assert "没有找到这位客户" in page
    assert "李雷您好" in page


def test_an_unknown_text_shows_the_first(enter: Enter, cast: Cast) -> None:
    assert enter(cast.lilei).get("/inbox/preview?m=no.such").status_code == 200


def test_what_can_be_tapped() -> None:
    assert pieces('点一下：<a href="weixin://x?a=1">满意</a>好') == [("点一下：", False), ("满意", True), ("好", False)]
