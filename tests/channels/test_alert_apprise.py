"""apprise over real SMTP: what leaves, what its yes and no become; and why the three robots do not go through it."""

from typing import Any

import apprise
import pytest
import requests

from bot.errors import ChannelStopped, TryLater
from channels.alert_apprise import AppriseWay
from tests.mail_server import PASSWORD, USER, mail_house
from tests.provider import PATIENT, provider, says

WORDS = "【紧急】远禾滨江店 客户等了三分钟，还没有人回复\n处理：http://car.example/inbox/c/7"


def address(port: int) -> str:
    user = USER.replace("@", "%40")
    return f"mailto://{user}:{PASSWORD}@127.0.0.1:{port}?mode=insecure&from={USER}&to=boss@dealer.example"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apprise.plugins.email.NotifyEmail.request_rate_per_sec", 0)


def test_an_alert_by_mail_has_its_first_line_for_subject() -> None:
    with mail_house(log_in=True) as house:
        AppriseWay(address(house.port), PATIENT).tell(WORDS)
    (mail,) = house.taken
    assert mail.recipients == ["boss@dealer.example"]
    assert mail.message["Subject"] == "【紧急】远禾滨江店 客户等了三分钟，还没有人回复"
    assert "http://car.example/inbox/c/7" in str(mail.message.get_body())


def test_a_no_is_tried_again_and_tells_no_address(caplog: pytest.LogCaptureFixture) -> None:
    with mail_house(log_in=True) as house:
        house.answers["rcpt"] = "451 4.2.1 busy"
        with pytest.raises(TryLater) as refused:
            AppriseWay(address(house.port), PATIENT).tell(WORDS)
    assert refused.value.costs
    assert PASSWORD not in str(refused.value)
    assert PASSWORD not in caplog.text


def test_a_server_that_keeps_silent_is_left_after_the_time_out() -> None:
    with mail_house(log_in=True) as house:
        house.answers["connect"] = "silence"
        with pytest.raises(TryLater):
            AppriseWay(address(house.port), (0.5, 0.5)).tell(WORDS)


def test_an_address_apprise_cannot_read_is_wrong_for_good() -> None:
    with pytest.raises(ChannelStopped):
        AppriseWay("nosuch://service", PATIENT).check()


@pytest.mark.parametrize(
    "address",
    ["wecombot://00000000-0000-0000-0000-000000000000", "dingtalk://abcdefghij"],
)
def test_apprise_takes_http_200_with_an_error_code_for_success(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Why the robots are called by ourselves. Where this fails apprise has learnt it (2.3.0 has for Feishu)."""
    real = requests.request
    with provider() as robot:
        robot.on("/any", lambda _asked: says({"errcode": 45009, "code": 9499}))

        def here(_url: str, **given: Any) -> requests.Response:
            return real("POST", f"{robot.base}/any", **given)

        monkeypatch.setattr("requests.post", here)
        notifier = apprise.Apprise()
        assert notifier.add(address)
        assert notifier.notify(body="您好"), "a success, says apprise"
        assert len(robot.asked) == 1
