"""The repair file's page: every field of the law, what is missing said to be missing, for its own customer only."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from store.engine import writing
from store.tables.people import repair_order, vehicle
from tests.web.pages.conftest import Phone, path
from tests.web.pages.offers import FILE, filed


@pytest.mark.handbook("H1.4.5")
def test_it_holds_every_field_the_law_wants(phone: Phone) -> None:
    """三包 rule, art. 17."""
    with writing(phone.engine) as conn:
        conn.execute(update(vehicle).values(vin="LSVAA49J132012345"))
    page = phone.open(filed(phone))
    assert page.status_code == 200
    for words in (
        "RO-8801", "JS-2026-0917", "浙X88001", "012345", "9月14日 09:10", "21,034 公里", "刹车时有吱吱声",
        "前刹车片剩 2 毫米", "更换前刹车片", "04465-0K240", "单价 320.00 × 2", "工时 1.5 × 120.00", "¥820.00",
        "¥600.00", "拖运费", "¥200.00", "¥1,620.00", "备用车一天", "客户已签，门店已签", "韩梅梅", "远禾滨江店",
    ):  # fmt: skip
        assert words in page.text, words
    assert "LSVAA49J132012345" not in page.text
    assert "暂无数据" not in page.text


@pytest.mark.handbook("H1.4.5")
def test_certificate_quality_period_and_check_sheet_stand_in_it(phone: Phone) -> None:
    text = phone.open(filed(phone)).text
    for words in (
        "已出具，编号 HZ-330108-00917",
        "30 天或 5,000 公里",
        "制动性能",
        "正常",
        "需留意",
        "花纹 3 毫米",
        "三包",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("work_type", "certificate", "words"),
    [
        ("level_two", {"issued": False}, "未出具"),
        ("overhaul", {"issued": True}, "已出具"),
        ("minor", None, "这类维修不要求出具"),
        ("level_two", None, "暂无数据"),
    ],
)
def test_what_is_said_of_the_certificate(
    phone: Phone, work_type: str, certificate: dict[str, object] | None, words: str
) -> None:
    data = {**FILE, "work_type": work_type, "certificate": certificate}
    text = phone.open(filed(phone, {name: value for name, value in data.items() if value is not None})).text
    after = text.split("竣工出厂合格证", 1)[1]
    assert words in after.split("</dd>", 1)[0]


@pytest.mark.parametrize(
    ("work_type", "period"),
    [
        ("overhaul", "100 天或 20,000 公里"),
        ("level_two", "30 天或 5,000 公里"),
        ("level_one", "10 天或 2,000 公里"),
        ("minor", "10 天或 2,000 公里"),
        ("special", "10 天或 2,000 公里"),
    ],
)
def test_the_quality_period_follows_the_kind_of_work(phone: Phone, work_type: str, period: str) -> None:
    assert period in phone.open(filed(phone, {"work_type": work_type})).text


def test_what_is_missing_is_said_to_be_missing(phone: Phone) -> None:
    text = phone.open(filed(phone, {})).text
    assert text.count("暂无数据") >= 12
    assert "合计" not in text


def test_without_a_file_there_is_no_page(phone: Phone) -> None:
    where = path(phone.links.file(phone.order_id, phone.customer_id, phone.clock.now))
    assert phone.open(where).status_code == 404


def test_it_opens_for_its_own_customer_and_only_so_long(phone: Phone) -> None:
    where = filed(phone)
    stranger = path(phone.links.file(phone.order_id, phone.customer_id + 1, phone.clock.now))
    assert phone.open(stranger).status_code == 404
    phone.clock.advance(days=91)
    page = phone.open(where)
    assert page.status_code == 410
    assert "链接已经过期" in page.text.replace("这个", "")


@pytest.mark.parametrize("page", ["s", "q", "e", "u"])
def test_a_link_of_a_file_opens_no_other_page(phone: Phone, page: str) -> None:
    where = filed(phone)
    assert phone.open(where.replace("/r/", f"/{page}/")).status_code == 404


def test_the_link_is_the_same_all_day(phone: Phone) -> None:
    first = phone.links.file(phone.order_id, phone.customer_id, phone.clock.now)
    assert phone.links.file(phone.order_id, phone.customer_id, phone.clock.now + timedelta(hours=1)) == first


def test_nothing_can_be_sent_in(phone: Phone) -> None:
    assert phone.client.post(filed(phone)).status_code == 405


def test_markup_stays_text(phone: Phone) -> None:
    evil = "<script>alert(1)</script>"
    with writing(phone.engine) as conn:
        conn.execute(update(repair_order).values(advisor_name=evil))
    data = {"statement": evil, "checks": [{"item": evil, "result": "ok"}], "work": [{**FILE["work"][0], "name": evil}]}
    text = phone.open(filed(phone, data)).text
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 4


def test_the_survey_leads_to_the_file_where_there_is_one(phone: Phone) -> None:
    assert "/r/" not in phone.open(phone.asked()).text
    filed(phone)
    text = phone.open(phone.asked()).text
    assert "查看这次的维修档案" in text
    where = path(text.split('href="http://car.example', 1)[1].split('"', 1)[0])
    assert phone.open(where).status_code == 200
