"""What staff send ready-made: the link of a repair file, by the best way there is now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.customer import StaffMember
from bot.dealer import Dealer
from bot.errors import RenderError, RuleBroken
from bot.links import Links, halves
from bot.messages import Category
from bot.ports import Renderer
from channels.email_text import email_payload, letter
from channels.sms_text import sms_approved, sms_payload
from channels.wechat.template import template_payload
from store import repair_pages, replies
from store.conversation import Head

FILE = "repair.file"


@dataclass(frozen=True, slots=True)
class Papers:
    dealer: Dealer
    renderer: Renderer
    links: Links


def send_file(
    conn: Connection, papers: Papers, user: StaffMember, who: Head, order_id: int, key: str, now: datetime
) -> None:
    """Open window, else template message, else SMS, each only where it is approved, else e-mail. Raises RuleBroken
    no_file, no_way and what a staff reply may raise."""
    params = _params(conn, papers, who, order_id, now)
    text = papers.renderer.text(FILE, "wechat", params)
    if who.window is not None and who.window.left > 0:
        replies.staff_reply(conn, user, who.customer_id, text, key, now)
        return
    template = _template(conn, papers, who, params)
    if template is not None:
        replies.staff_template(conn, user, who.customer_id, template, text, key, now)
        return
    if who.takes_sms and sms_approved(papers.dealer.sms, FILE, Category.SERVICE):
        _by_sms(conn, papers, user, who, params, key, now)
    elif who.email and not who.email_dead and FILE in (papers.dealer.email_texts or ()):
        written = letter(FILE, papers.renderer.text(FILE, "email", params), Category.SERVICE)
        payload = email_payload(written, who.store_name, "")
        replies.staff_email(conn, user, who.customer_id, payload, str(written), key, now)
    else:
        raise RuleBroken("no_way", "没有可用的渠道，请打电话")


def _by_sms(
    conn: Connection,
    papers: Papers,
    user: StaffMember,
    who: Head,
    params: Mapping[str, object],
    key: str,
    now: datetime,
) -> None:
    try:
        payload = sms_payload(papers.dealer.sms, FILE, params)
    except RenderError as error:
        raise RuleBroken("bad_variable", f"短信变量不合要求（1–35 字，不含网址和手机号）：{error}") from error
    replies.staff_sms(conn, user, who.customer_id, payload, key, now)


def _params(conn: Connection, papers: Papers, who: Head, order_id: int, now: datetime) -> Mapping[str, object]:
    file = repair_pages.repair_file(conn, order_id, who.customer_id)
    if file is None:
        raise RuleBroken("no_file", "这张工单还没有维修档案")
    link = papers.links.file(order_id, who.customer_id, now)
    seal, stub = halves(link)
    return {
        "name": who.name or "车主",
        "plate": file.plate or file.model or "您的爱车",
        "number": file.number,
        "link": link,
        "seal": seal,
        "stub": stub,
        "now": now,
        "zone": who.time_zone,
    }


def _template(conn: Connection, papers: Papers, who: Head, params: Mapping[str, object]) -> Mapping[str, object] | None:
    """None: the customer does not follow, or the account has no such template, or it does not take these values."""
    if not who.follows:
        return None
    account = papers.dealer.accounts.get(replies.account_of(conn, who.customer_id))
    if account is None or FILE.replace(".", "_") not in account.templates:
        return None
    try:
        return template_payload(account, FILE, params, str(params["link"]))
    except RenderError:
        return None
