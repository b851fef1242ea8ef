"""The three robots over real HTTP: signatures, success read from the body, every kind of failure typed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.alert_config import AlertConfig, Destination
from bot.errors import ChannelStopped, ConfigError, ContentRefused, SendError, TryLater, Uncertain
from channels.alert_robots import RobotWay, dingtalk_signature, feishu_signature
from channels.alert_ways import connect
from channels.http import Http
from tests.databases import free_port
from tests.provider import NO_ANSWER_NAMES, NO_ANSWERS, Step, says
from tests.robots import PATHS, SECRET, Robots, robots

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
KINDS = list(PATHS)


@pytest.fixture
def house() -> Iterator[Robots]:
    with robots(lambda: NOW) as made:
        yield made


def way(house: Robots, kind: str, *, secret: str = SECRET, url: str = "") -> RobotWay:
    signed = secret if kind != "wecom" else ""
    return RobotWay(kind, url or house.url(kind), signed, lambda: NOW, house.house.http())


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_message_is_shown_in_the_group(house: Robots, kind: str) -> None:
    way(house, kind).tell("【提醒】客户等了两分钟")
    assert house.told[kind] == ["【提醒】客户等了两分钟"]


def test_the_signatures_are_those_of_openssl() -> None:
    """printf '%s\\n%s' 1700000000000 this-is-secret | openssl dgst -sha256 -hmac this-is-secret -binary | base64, and
    for Feishu: openssl dgst -sha256 -hmac $'1700000000\\nthis-is-secret' -binary </dev/null | base64."""
    at = datetime.fromtimestamp(1700000000, UTC)
    query, _ = dingtalk_signature("this-is-secret", at)
    assert query == "&timestamp=1700000000000&sign=TUTmkb1o5JOP3j54d4RvQSon7XOnzIJ3qqZdBvJSbEs%3D"
    _, body = feishu_signature("this-is-secret", at)
    assert body == {"timestamp": "1700000000", "sign": "jkO5QzoQoLfzGSI89IuoJfBVNBG3pP09HsWqvJBTu1I="}


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_a_wrong_secret_is_a_wrong_address_not_a_message(house: Robots, kind: str) -> None:
    with pytest.raises(ChannelStopped) as refused:
        way(house, kind, secret="another").tell("您好")
    assert refused.value.code in ("310000", "19021")
    assert house.told[kind] == []


@pytest.mark.parametrize(
    ("kind", "code", "error"),
    [
        ("wecom", 45009, TryLater),
        ("wecom", -1, TryLater),
        ("wecom", 93000, ChannelStopped),
        ("wecom", 40008, ContentRefused),
        ("dingtalk", 130101, TryLater),
        ("dingtalk", 310000, ChannelStopped),
        ("dingtalk", 40035, ContentRefused),
        ("feishu", 11232, TryLater),
        ("feishu", 9499, ContentRefused),
        ("feishu", 19024, ChannelStopped),
    ],
)
def test_http_200_with_an_error_code_is_a_failure(house: Robots, kind: str, code: int, error: type[SendError]) -> None:
    key = "code" if kind == "feishu" else "errcode"
    house.house.on(PATHS[kind], lambda _asked: says({key: code, "msg": "no"}))
    with pytest.raises(error) as refused:
        way(house, kind).tell("您好")
    assert refused.value.code == str(code)


def test_dingtalk_over_its_rate_rests_ten_minutes_the_others_one(house: Robots) -> None:
    house.per_minute = 0
    waits = {}
    for kind in KINDS:
        with pytest.raises(TryLater) as slow:
            way(house, kind).tell("您好")
        assert not slow.value.costs
        waits[kind] = slow.value.after
    assert waits == {"wecom": 60.0, "dingtalk": 600.0, "feishu": 60.0}


@pytest.mark.parametrize("step", NO_ANSWERS, ids=NO_ANSWER_NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_readable_answer_is_uncertain(house: Robots, kind: str, step: Step) -> None:
    house.house.script(PATHS[kind], step)
    with pytest.raises(Uncertain):
        way(house, kind).tell("您好")


def test_an_answer_without_a_code_is_no_success(house: Robots) -> None:
    house.house.on(PATHS["wecom"], lambda _asked: says({"ok": True}))
    with pytest.raises(ContentRefused, match="no_code"):
        way(house, "wecom").tell("您好")


def test_nobody_listening_is_tried_again(house: Robots) -> None:
    base = f"http://127.0.0.1:{free_port()}"
    gone = RobotWay("wecom", f"{base}/cgi-bin/webhook/send?key=good", "", lambda: NOW, Http(base))
    with pytest.raises(TryLater) as refused:
        gone.tell("您好")
    assert refused.value.costs


def test_a_long_text_is_cut_at_a_whole_character(house: Robots) -> None:
    way(house, "wecom").tell("车" * 900)
    assert house.told["wecom"] == ["车" * 682]


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_shows_nothing_and_finds_a_wrong_address(house: Robots, kind: str) -> None:
    way(house, kind).check()
    assert house.told[kind] == []
    bad = {"wecom": "?key=bad", "dingtalk": "?access_token=bad", "feishu": ""}[kind]
    if kind == "feishu":
        house.house.on(PATHS[kind], lambda _asked: says({"code": 19001, "msg": "token invalid"}, status=400))
    with pytest.raises(ChannelStopped):
        way(house, kind, url=f"{house.house.base}{PATHS[kind]}{bad}").check()


def test_a_destination_is_connected_once_its_variables_are_set(house: Robots) -> None:
    config = AlertConfig(
        destinations={
            "care": Destination(
                kind="dingtalk", store="s", url="HUIFANG_ALERT_DINGTALK", secret="HUIFANG_ALERT_SECRET"
            ),
            "boss": Destination(kind="wecom", staff="lilei", url="HUIFANG_ALERT_BOSS"),
        }
    )
    found = connect(config, house.environment(), lambda: NOW)
    assert (list(found.ways), found.missing) == (["care"], {"boss": "HUIFANG_ALERT_BOSS"})
    found.ways["care"].tell("您好")
    assert house.told["dingtalk"] == ["您好"]


def test_an_address_in_the_clear_is_refused_without_being_shown(house: Robots) -> None:
    config = AlertConfig(destinations={"care": Destination(kind="wecom", store="s", url="HUIFANG_ALERT_CARE")})
    with pytest.raises(ConfigError) as refused:
        connect(config, {"HUIFANG_ALERT_CARE": "http://qyapi.example/send?key=topsecret"}, lambda: NOW)
    assert "HUIFANG_ALERT_CARE" in str(refused.value)
    assert "topsecret" not in str(refused.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "wecom", "url": "HUIFANG_ALERT_A"},
        {"kind": "wecom", "url": "HUIFANG_ALERT_A", "store": "s", "staff": "li"},
        {"kind": "wecom", "url": "HUIFANG_ALERT_A", "store": "s", "secret": "HUIFANG_ALERT_B"},
        {"kind": "wecom", "url": "https://secret.example", "store": "s"},
        {"kind": "pager", "url": "HUIFANG_ALERT_A", "store": "s"},
    ],
)
def test_a_destination_says_whose_it_is_and_names_variables(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        Destination.model_validate(wrong)
