"""Our Tencent sender against the sandbox: two programs written from one reference must understand each other."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import ChannelStopped, ContentRefused, Mark, SendError, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from channels.http import Http
from channels.sms_outcome import DELIVERED
from channels.sms_tencent import TencentSms
from channels.sms_tencent_callbacks import (
    parse_replies,
    parse_reports,
    pulled_reply,
    pulled_status,
    reply_key,
    report_key,
)
from channels.sms_tencent_codes import RULES, rule_of
from sandbox.accounts import SandboxSms
from tests.channels.test_sms_tencent import RAISES
from tests.sandbox.conftest import SMS, Running, Webhook

PHONE = "+8613900000001"


@pytest.fixture
def sms_account() -> SandboxSms:
    return replace(SMS, provider="tencent")


@pytest.fixture
def sms(box: Running, patience: tuple[float, float]) -> TencentSms:
    http = Http(box.base, patience)
    now = box.sandbox.clock.business
    return TencentSms(SMS.secret_id, SMS.secret_key, SMS.app_id, "ap-guangzhou", http, now=now)


@pytest.fixture
def ids() -> Iterator[str]:
    return (f"out-{number}" for number in range(1, 1000))


def message(out_id: str, owner: str = "韩梅梅", **more: Any) -> Outgoing:
    params = {"owner": owner, "name": "王女士"}
    payload = {"template": "case_ack", "code": "1001", "sign": "远禾滨江店", "params": params}
    return Outgoing(out_id, Way.SMS, "", PHONE, {**payload, "order": ["name", "owner"], **more})


def shown(box: Running) -> list[str]:
    return [each["text"] for each in box.control("sms/13900000001/messages") if each["dir"] == "out"]


def refusal(sender: TencentSms, out: Outgoing) -> SendError:
    with pytest.raises(SendError) as caught:
        sender.send(out)
    return caught.value


def test_an_sms_is_signed_sent_reported_and_found_again(
    box: Running, sms: TencentSms, ids: Iterator[str], webhook: Webhook
) -> None:
    out = message(next(ids))
    serial = sms.send(out)
    assert shown(box) == ["【远禾滨江店】王女士您好，韩梅梅会联系您。"]
    found = sms.find(PHONE, out.out_id, box.sandbox.clock.business().date())
    assert found is not None
    assert (found.out_id, found.status, found.code) == (out.out_id, DELIVERED, "DELIVRD")
    webhook.wait_for(1, "tencent")
    ((_key, item),) = parse_reports(json.dumps(webhook.tencent[0][1]).encode())
    assert (item["sid"], item["ext"]) == (serial, out.out_id)


def test_a_lost_answer_is_uncertain_and_can_be_settled(box: Running, sms: TencentSms, ids: Iterator[str]) -> None:
    lost, never = message(next(ids)), message(next(ids), "李雷")
    box.control("faults", {"api": "SendSms", "code": "timeout_after", "times": 1})
    assert isinstance(refusal(sms, lost), Uncertain)
    box.control("faults", {"api": "SendSms", "code": "reset", "times": 1})
    assert isinstance(refusal(sms, never), Uncertain)
    today = box.sandbox.clock.business().date()
    found = sms.find(PHONE, lost.out_id, today)
    assert found is not None
    assert found.status == DELIVERED
    assert sms.find(PHONE, never.out_id, today) is None
    assert len(shown(box)) == 1


@pytest.mark.parametrize("code", ["timeout_after", "reset", "http500", "html"])
@pytest.mark.parametrize("api", ["sms/find", "sms/pull/statuses", "sms/pull/replies"])
def test_a_question_without_an_answer_is_an_error(box: Running, sms: TencentSms, api: str, code: str) -> None:
    today = box.sandbox.clock.business().date()
    ask = {
        "sms/find": lambda: sms.find(PHONE, "out-1", today),
        "sms/pull/statuses": sms.pull_statuses,
        "sms/pull/replies": sms.pull_replies,
    }[api]
    box.control("faults", {"api": api, "code": code, "times": 1})
    with pytest.raises(SendError):
        ask()
    assert not ask(), "and the next one is answered"


@pytest.mark.parametrize("code", RULES)
def test_every_code_of_the_table_is_understood(box: Running, sms: TencentSms, ids: Iterator[str], code: str) -> None:
    code = code.replace(".*", ".MFAFailure")
    box.control("faults", {"api": "sms", "code": code, "times": 1})
    error = refusal(sms, message(next(ids)))
    rule = rule_of(code)
    assert rule is not None
    assert (type(error), error.code) == (RAISES[rule.kind], code)
    assert shown(box) == []


@pytest.mark.parametrize(
    ("more", "code", "error"),
    [
        ({"code": "9999"}, "FailedOperation.TemplateUnapprovedOrNotExist", ChannelStopped),
        ({"code": "1003", "order": []}, "FailedOperation.TemplateUnapprovedOrNotExist", ChannelStopped),
        ({"sign": "别家"}, "FailedOperation.SignatureIncorrectOrUnapproved", ChannelStopped),
        ({"order": ["name"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate", ContentRefused),
        ({"owner": "字" * 13}, "InvalidParameterValue.TemplateParameterLengthLimit", ContentRefused),
    ],
)
def test_the_sandboxs_refusals_are_in_our_table(
    box: Running, sms: TencentSms, ids: Iterator[str], more: dict[str, Any], code: str, error: type[SendError]
) -> None:
    refused = refusal(sms, message(next(ids), **more))
    assert (type(refused), refused.code) == (error, code)


def test_a_number_that_is_none_is_remembered_as_such(sms: TencentSms, ids: Iterator[str]) -> None:
    refused = refusal(sms, replace(message(next(ids)), address="+8612345"))
    assert isinstance(refused, Undeliverable)
    assert refused.marks is Mark.BAD_ADDRESS


def test_the_same_again_within_half_a_minute_waits(box: Running, sms: TencentSms, ids: Iterator[str]) -> None:
    sms.send(message(next(ids)))
    refused = refusal(sms, message(next(ids)))
    assert isinstance(refused, TryLater)
    assert refused.after == 60.0
    box.control("clock", {"advance": "60s"})
    assert sms.send(message(next(ids)))


def test_wrong_keys_stop_the_channel(box: Running, ids: Iterator[str], patience: tuple[float, float]) -> None:
    http, now = Http(box.base, patience), box.sandbox.clock.business
    for secret_id, key, app_id in (
        ("x", SMS.secret_key, SMS.app_id),
        (SMS.secret_id, "x", SMS.app_id),
        (SMS.secret_id, SMS.secret_key, "1"),
    ):
        wrong = TencentSms(secret_id, key, app_id, "ap-guangzhou", http, now=now)
        assert isinstance(refusal(wrong, message(next(ids))), ChannelStopped)


def test_a_moved_clock_signs_with_the_moved_time(box: Running, sms: TencentSms, ids: Iterator[str]) -> None:
    box.control("clock", {"advance": "3d"})
    assert sms.send(message(next(ids)))


def test_what_is_pulled_has_the_key_of_what_was_pushed(
    box: Running, sms: TencentSms, ids: Iterator[str], webhook: Webhook
) -> None:
    sms.send(message(next(ids)))
    box.control("sms/13900000001/reply", {"content": "2"})
    webhook.wait_for(2, "tencent")
    pushed = {kind: json.dumps(body).encode() for kind, body in webhook.tencent}
    ((reply, _),), ((report, _),) = parse_replies(pushed["reply"]), parse_reports(pushed["report"])
    assert [reply_key(pulled_reply(each)) for each in sms.pull_replies()] == [reply]
    assert [report_key(pulled_status(each)) for each in sms.pull_statuses()] == [report]
    assert (sms.pull_replies(), sms.pull_statuses()) == ([], [])
