"""Aliyun SMS: one signed call a message, receipts and replies as they are pushed (sms.md §1)."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import structlog

from bot.errors import ContentRefused
from bot.messages import Outgoing
from channels.http import Http, NoAnswer, NotSent
from channels.sms_aliyun_codes import aliyun_error
from channels.sms_outcome import WAITING, SentSms, unanswered, unreadable

VERSION = "2017-05-25"
PAGE = 50


class AliyunSms:
    """Implements `Sender`. now: what requests are signed with (15 min of skew are forgiven); nonce: each once."""

    def __init__(
        self, key_id: str, key_secret: str, http: Http, *, now: Callable[[], datetime], nonce: Callable[[], str]
    ) -> None:
        self._key_id, self._secret, self._http = key_id, key_secret, http
        self._now, self._nonce = now, nonce

    def send(self, out: Outgoing) -> str:
        """Returns the BizId: accepted, not delivered. Raises a SendError; without an answer Uncertain, never again."""
        query = {
            "PhoneNumbers": domestic(out.address),
            "SignName": str(out.payload.get("sign") or ""),
            "TemplateCode": str(out.payload.get("code") or ""),
            "OutId": out.out_id,
        }
        if out.payload.get("params"):
            query["TemplateParam"] = json.dumps(out.payload["params"], ensure_ascii=False)
        if not query["TemplateCode"].startswith("SMS_"):  # none, or another provider's: the row was written before
            raise ContentRefused("isv.SMS_TEMPLATE_ILLEGAL", "短信模板没有阿里云编号")
        body = self._call("SendSms", query, out.out_id, out.attempt)
        return str(body.get("BizId") or "")

    def find(self, phone: str, out_id: str, day: date) -> SentSms | None:
        """What became of one message of `day` (China), to settle an unknown outcome. None: never arrived there."""
        return next((each for each in self._details(phone, day) if each.out_id == out_id), None)

    def ask(self, action: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        """One signed call that changes nothing; the answer's body. Raises a SendError."""
        return self._call(action, query, "", 1)

    def _details(self, phone: str, day: date) -> Iterator[SentSms]:
        page, total = 1, 1
        while (page - 1) * PAGE < total:
            asked = {"PhoneNumber": domestic(phone), "SendDate": f"{day:%Y%m%d}"}
            body = self._call("QuerySendDetails", {**asked, "PageSize": str(PAGE), "CurrentPage": str(page)}, "", 1)
            total, page = int(body.get("TotalCount") or 0), page + 1
            for each in (body.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or ():
                yield SentSms(
                    str(each.get("OutId") or ""), int(each.get("SendStatus") or WAITING), str(each.get("ErrCode") or "")
                )

    def _call(self, action: str, query: Mapping[str, str], out_id: str, attempt: int) -> Mapping[str, Any]:
        stamp = self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = acs3_headers(self._key_id, self._secret, self._http.host, action, query, stamp, self._nonce())
        try:
            answer = self._http.post(f"/?{canonical_query(query)}", headers=headers, says="Code")
        except (NotSent, NoAnswer) as error:
            structlog.get_logger().warning("sms_no_answer", action=action, kind=str(error), out_id=out_id)
            raise unanswered(error) from None
        code, message = str(answer.body.get("Code") or ""), str(answer.body.get("Message") or "")
        if code == "OK":
            return answer.body
        request_id = str(answer.body.get("RequestId") or "")
        structlog.get_logger().warning("sms_refused", action=action, code=code, request_id=request_id, out_id=out_id)
        if not code:
            raise unreadable()
        raise aliyun_error(code, message, attempt)


def domestic(phone: str) -> str:
    """+8613900000001 → 13900000001; numbers of other countries stay as they are."""
    return phone.removeprefix("+86")


def acs3_headers(
    key_id: str, secret: str, host: str, action: str, query: Mapping[str, str], stamp: str, nonce: str,
    version: str = VERSION, body: bytes = b"",
) -> dict[str, str]:  # fmt: skip
    """Headers of `POST {host}/?{canonical_query(query)}`, signed ACS3-HMAC-SHA256 (sms.md §1.6). stamp: UTC, …Z."""
    digest = hashlib.sha256(body).hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": digest,
        "x-acs-date": stamp,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = "\n".join(["POST", "/", canonical_query(query), lines, names, digest])
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
    return headers


def canonical_query(query: Mapping[str, str]) -> str:
    """RFC 3986: a blank is %20, ~ stays, sorted by name."""
    return "&".join(f"{_percent(name)}={_percent(value)}" for name, value in sorted(query.items()))


def _percent(text: str) -> str:
    return quote(text, safe="-_.~")
