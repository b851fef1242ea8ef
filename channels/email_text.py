"""The text of an e-mail: `templates/messages/<id>.email.txt`, its first line the subject, the rest what is written.

A line `words：https://…` alone becomes a button in the HTML part.
"""

import re
from dataclasses import dataclass
from html import escape

from bot.errors import RenderError
from bot.messages import Category

# 互联网电子邮件服务管理办法 art. 13 (3): advertising bears 广告 or AD at the beginning of its subject.
ADVERTISING = "广告："
LONGEST_SUBJECT = 60  # characters; phones show about twenty
BUTTON = re.compile(r"(?P<words>[^\s：:]{2,20})[：:]\s*(?P<link>https?://[!-~]+)")
PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"></head>'
    '<body style="margin:0;background:#f3f5f8"><div style="max-width:560px;margin:0 auto;padding:24px 16px;'
    "font:16px/1.7 -apple-system,'PingFang SC','Microsoft YaHei',sans-serif;color:#1c2733\">"
    '<div style="background:#ffffff;border-radius:12px;padding:24px">{body}</div>{foot}</div></body></html>'
)
LINE = '<p style="margin:0 0 12px">{words}</p>'
PRESS = (
    '<p style="margin:20px 0"><a href="{link}" style="display:inline-block;background:#14553f;color:#ffffff;'
    'text-decoration:none;padding:12px 28px;border-radius:10px">{words}</a></p>'
)
FOOT = '<p style="margin:12px 24px;font-size:13px;color:#66727f">{words}</p>'
LINK = '<a href="{link}" style="color:#66727f">{words}</a>'


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str

    def __str__(self) -> str:
        """As the thread and the preview show it."""
        return f"{self.subject}\n\n{self.text}"


def letter(message_id: str, rendered: str, category: Category) -> Letter:
    """Raises RenderError where the file has no subject, or nothing under it."""
    subject, _, text = rendered.strip().partition("\n")
    subject = ADVERTISING + subject.strip() if category is Category.MARKETING else subject.strip()
    if not text.strip():
        raise RenderError(f"{message_id}.email: the first line is the subject, and a text follows it")
    if len(subject) > LONGEST_SUBJECT:
        raise RenderError(f"{message_id}.email: the subject has {len(subject)} characters, {LONGEST_SUBJECT} allowed")
    return Letter(subject, text.strip())


def email_payload(written: Letter, sender: str, unsubscribe: str) -> dict[str, object]:
    """`Outgoing.payload` of way EMAIL. sender: the store's name; unsubscribe: the link, of greetings and marketing."""
    more = {"unsubscribe": unsubscribe} if unsubscribe else {}
    return {"subject": written.subject, "text": written.text, "sender": sender, **more}


def plain_part(text: str, sender: str, unsubscribe: str, contact: str) -> str:
    """contact: the address an answer reaches. Of advertising the law wants it as a way to refuse (art. 14)."""
    foot = f"不想再收到这类邮件，点开退订：{unsubscribe}\n也可以写信到 {contact}。" if unsubscribe else ""
    return f"{text}\n\n— {sender}\n{foot}"


def html_part(text: str, sender: str, unsubscribe: str, contact: str) -> str:
    """The same words. No picture, no script, nothing that reports who read it."""
    body = "".join(_line(each.strip()) for each in text.splitlines() if each.strip())
    foot = FOOT.format(words=escape(sender))
    if unsubscribe:
        link = LINK.format(link=escape(unsubscribe), words="退订")
        foot += FOOT.format(words=f"不想再收到这类邮件，点这里{link}，也可以写信到 {escape(contact)}。")
    return PAGE.format(body=body, foot=foot)


def _line(words: str) -> str:
    found = BUTTON.fullmatch(words)
    if found is None:
        return LINE.format(words=escape(words))
    return PRESS.format(link=escape(found["link"]), words=escape(found["words"]))
