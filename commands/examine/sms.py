"""The SMS account: key, signature, and the review of every template the house would send."""

from collections.abc import Iterator

from bot.dealer import Sms, SmsTemplate
from bot.errors import ChannelStopped, SendError
from channels.sms_aliyun import AliyunSms
from channels.sms_review import Review, sign_review, template_review
from commands.examine.finding import Finding, error, ok, warning
from commands.examine.words import refusal

SAID = {
    Review.WAITING: "is still under review",
    Review.REFUSED: "was refused by the reviewers",
    Review.WITHDRAWN: "was withdrawn from review",
}
ELSEWHERE = "isv."  # codes about this one thing; the gateway's own are about the key


def reviewed(sms: AliyunSms, configured: Sms) -> Iterator[Finding]:
    """The signature first: a wrong key ends the looking, since it would be said of every template."""
    try:
        state = sign_review(sms, configured.signature)
    except SendError as refused:
        yield error("sms: signature", *refusal(refused))
        if not refused.code.startswith(ELSEWHERE):
            return
    else:
        yield _about("sms: signature", configured.signature, state)
    used = {key: each for key, each in configured.templates.items() if each.approved_for}
    for key, template in used.items():
        yield _template(sms, key, template)
    for key in sorted(configured.templates.keys() - used.keys()):
        yield ok(f"sms: {key}", "not used: approved_for is empty")


def _template(sms: AliyunSms, key: str, template: SmsTemplate) -> Finding:
    try:
        return _about(f"sms: {key}", template.code, template_review(sms, template.code))
    except ChannelStopped as refused:
        if not refused.code.startswith(ELSEWHERE):
            return error(f"sms: {key}", *refusal(refused))
        return error(f"sms: {key}", f"{template.code} is not in the account ({refused.code})", "copy the code anew")
    except SendError as refused:
        return warning(f"sms: {key}", *refusal(refused))


def _about(check: str, name: str, state: Review) -> Finding:
    if state is Review.PASSED:
        return ok(check, f"{name} is approved")
    return error(check, f"{name} {SAID[state]}", "empty its approved_for in dealer.yaml until it passed")
