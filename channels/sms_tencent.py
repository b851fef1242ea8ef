"""Tencent SMS: one signed call a message, and what became of it, asked by number or pulled (sms.md §2)."""

import hashlib
import hmac
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.errors import ContentRefused, SendError
from bot.messages import Outgoing
from channels.http import Http, NoAnswer, NotSent
from channels.sms_outcome import DELIVERED, FAILED, SentSms, unanswered, unreadable
from channels.sms_tencent_codes import tencent_error

SERVICE, VERSION = "sms", "2021-01-11"
CONTENT_TYPE = "application/json; charset=utf-8"
PAGE = 100
CHINA = ZoneInfo("Asia/Shanghai")


class TencentSms:
    """Implements `Sender`. app_id: the SdkAppId. now: what requests are signed with (5 min of skew are forgiven)."""

    def __init__(
        self, secret_id: str, secret_key: str, app_id: str, region: str, http: Http, *, now: Callable[[], datetime]
    ) -> None:
        self._id, self._key, self._app_id, self._region = secret_id, secret_key, app_id, region
        self._http, self._now = http, now

    def send(self, out: Outgoing) -> str:
        """Returns the SerialNo: accepted, not delivered. Raises a SendError; without an answer Uncertain, never again.

        The answer speaks of each number by itself, so the status of ours is looked at, not only the whole.
        """
        code = str(out.payload.get("code") or "")
        if not code.isdecimal():  # none, or another provider's: the row was written before
            raise ContentRefused("FailedOperation.TemplateIdNotExist", "短信模板没有腾讯云编号")
        body = {
            "PhoneNumberSet": [out.address],
            "SignName": str(out.payload.get("sign") or ""),
            "TemplateId": code,
            "TemplateParamSet": in_order(out.payload),
            "SessionContext": out.out_id,
        }
        said = self._call("SendSms", body, out.out_id, out.attempt)
        status = next((each for each in _objects(said, "SendStatusSet")), {})
        if status.get("Code") != "Ok":
            raise self._refused("SendSms", str(status.get("Code") or ""), said, out.out_id, out.attempt)
        return str(status.get("SerialNo") or "")

    def find(self, phone: str, out_id: str, day: date) -> SentSms | None:
        """What became of a message of `day` (China; a week at most), to settle an unknown outcome.

        None: nothing is known of it yet, or the account's statuses do not carry our id (SessionContext).
        """
        start = datetime.combine(day, time(), CHINA)
        end = min(start + timedelta(days=1), self._now())
        span = {"BeginTime": int(start.timestamp()), "EndTime": math.ceil(end.timestamp())}
        asked = {"PhoneNumber": phone, **span, "Offset": 0, "Limit": PAGE}
        for each in _objects(self._call("PullSmsSendStatusByPhoneNumber", asked, "", 1), "PullSmsSendStatusSet"):
            if each.get("SessionContext") == out_id:
                status = DELIVERED if each.get("ReportStatus") == "SUCCESS" else FAILED
                return SentSms(out_id, status, str(each.get("Description") or ""))
        return None

    def pull_statuses(self) -> list[dict[str, Any]]:
        """The next statuses nobody fetched yet, at most 100; given once. Raises a SendError."""
        return _objects(self._call("PullSmsSendStatus", {"Limit": PAGE}, "", 1), "PullSmsSendStatusSet")

    def pull_replies(self) -> list[dict[str, Any]]:
        """The next replies nobody fetched yet, at most 100; given once. Raises a SendError."""
        return _objects(self._call("PullSmsReplyStatus", {"Limit": PAGE}, "", 1), "PullSmsReplyStatusSet")

    def templates(self, codes: Sequence[str]) -> list[dict[str, Any]]:
        """DescribeTemplateListStatus of each of these numbers the account has, at most 100. Raises a SendError."""
        asked = {"International": 0, "TemplateIdSet": [int(code) for code in codes]}
        return _objects(self._ask("DescribeSmsTemplateList", asked, "", 1), "DescribeTemplateStatusSet")

    def _call(self, action: str, asked: Mapping[str, object], out_id: str, attempt: int) -> Mapping[str, Any]:
        return self._ask(action, {"SmsSdkAppId": self._app_id, **asked}, out_id, attempt)

    def _ask(self, action: str, asked: Mapping[str, object], out_id: str, attempt: int) -> Mapping[str, Any]:
        body = json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()
        stamp = int(self._now().timestamp())
        headers = tc3_headers(self._id, self._key, self._http.host, action, self._region, stamp, body)
        try:
            answer = self._http.post("/", body, headers, says="Response")
        except (NotSent, NoAnswer) as error:
            structlog.get_logger().warning("sms_no_answer", action=action, kind=str(error), out_id=out_id)
            raise unanswered(error) from None
        said = answer.body.get("Response")
        if not isinstance(said, dict):
            raise unreadable()
        if (named := said.get("Error")) is not None:
            code = str(named.get("Code") or "") if isinstance(named, dict) else ""
            raise self._refused(action, code, said, out_id, attempt)
        return said

    def _refused(self, action: str, code: str, said: Mapping[str, Any], out_id: str, attempt: int) -> SendError:
        request_id = str(said.get("RequestId") or "")
        structlog.get_logger().warning("sms_refused", action=action, code=code, request_id=request_id, out_id=out_id)
        return tencent_error(code, attempt, self._now()) if code else unreadable()


def in_order(payload: Mapping[str, object]) -> list[str]:
    """Tencent's variables have places, not names ({1}, {2}); a database may give a JSON object in any order."""
    params, order = payload.get("params"), payload.get("order")
    if not isinstance(params, Mapping) or not isinstance(order, Sequence):
        return []
    return [str(params[name]) for name in order]


def tc3_headers(
    secret_id: str, secret_key: str, host: str, action: str, region: str, stamp: int, body: bytes,
    *, service: str = SERVICE, version: str = VERSION, sign_action: bool = True,
) -> dict[str, str]:  # fmt: skip
    """Headers of `POST /` at host, signed TC3-HMAC-SHA256 (sms.md §2.4). stamp: Unix seconds; its day is UTC's."""
    day = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
    signed = {"content-type": CONTENT_TYPE, "host": host}
    if sign_action:
        signed["x-tc-action"] = action.lower()
    names = ";".join(signed)
    lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
    request = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{service}/tc3_request"
    to_sign = "\n".join(["TC3-HMAC-SHA256", str(stamp), scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("TC3" + secret_key).encode()
    for step in (day, service, "tc3_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={secret_id}/{scope}"
    return {
        "Content-Type": CONTENT_TYPE,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Version": version,
        "X-TC-Timestamp": str(stamp),
        "X-TC-Region": region,
        "Authorization": f"TC3-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={signature}",
    }


def _objects(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = said.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
