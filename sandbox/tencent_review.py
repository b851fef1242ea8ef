"""What Tencent says of the review of templates; the shape is that of its API page (DescribeSmsTemplateList)."""

from typing import Any

from sqlalchemy import Connection

from bot.dealer import SmsTemplate
from bot.ports import Clock
from sandbox.accounts import SandboxSms
from sandbox.tencent_records import Body

PASSED, WAITING = 0, 1


def templates(_conn: Connection, account: SandboxSms, asked: Body, clock: Clock) -> dict[str, Any]:
    """StatusCode 0 passed, 1 under review (approved for nothing here). A number nobody has is left out."""
    wanted = {str(number) for number in asked.get("TemplateIdSet") or []}
    known = [one for one in account.approved.templates.values() if one.tencent and one.tencent.code in wanted]
    since = int(clock.business().timestamp())
    return {"DescribeTemplateStatusSet": [_said(one, since) for one in known]}


def _said(template: SmsTemplate, since: int) -> dict[str, Any]:
    assert template.tencent is not None
    text = template.text
    for place, name in enumerate(template.variables, 1):
        text = text.replace(f"${{{name}}}", f"{{{place}}}")
    return {
        "TemplateId": int(template.tencent.code),
        "International": 0,
        "StatusCode": PASSED if template.tencent.approved_for else WAITING,
        "ReviewReply": "",
        "TemplateName": template.kind,
        "CreateTime": since,
        "TemplateContent": text,
    }
