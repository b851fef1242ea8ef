"""What an e-mail's file must hold, and what becomes of it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import RenderError
from bot.messages import Category
from channels.email_text import email_payload, html_part, letter, plain_part
from channels.render import Templates

LEAVE = "https://huifang.example/u/3kQ.2s-1tpr9k0"


def test_the_first_line_is_the_subject() -> None:
    written = letter("a.b", "\n主题\n\n李雷您好，\n正文\n", Category.SERVICE)
    assert (written.subject, written.text, str(written)) == ("主题", "李雷您好，\n正文", "主题\n\n李雷您好，\n正文")


@pytest.mark.parametrize("text", ["只有一行", "", "主题\n  \n", f"{'长' * 61}\n正文"])
def test_without_a_subject_or_a_text_it_is_no_letter(text: str) -> None:
    with pytest.raises(RenderError, match=r"a\.b\.email"):
        letter("a.b", text, Category.SERVICE)


def test_only_advertising_says_so_in_front() -> None:
    said = {category: letter("a.b", "主题\n正文", category).subject for category in Category}
    assert {category for category, subject in said.items() if subject == "广告：主题"} == {Category.MARKETING}
    assert {subject for category, subject in said.items() if category is not Category.MARKETING} == {"主题"}


def test_the_way_out_stands_in_both_parts_and_only_where_there_is_one() -> None:
    for part in (plain_part, html_part):
        there = part("正文", "远禾", LEAVE, "care@dealer.example")
        assert LEAVE in there
        assert "care@dealer.example" in there
        assert "退订" not in part("正文", "远禾", "", "care@dealer.example")
    written = letter("a.b", "主题\n正文", Category.SERVICE)
    assert "unsubscribe" not in email_payload(written, "远禾", "")


@pytest.mark.parametrize(
    ("line", "buttons"),
    [
        ("点开评价：https://a.example/s/x.y-1", ["https://a.example/s/x.y-1"]),
        ("点开评价: http://a.example/s/x", ["http://a.example/s/x"]),
        ("也可以点开：https://a.example/s/x，谢谢", []),
        ("时间：后天 14:00", []),
        ("请看 https://a.example/s/x", []),
        ("点开：javascript:alert(1)", []),
        ('点开：https://a.example/"onclick="x', ["https://a.example/&quot;onclick=&quot;x"]),
    ],
)
def test_words_and_a_link_alone_on_a_line_become_a_button(line: str, buttons: list[str]) -> None:
    assert re.findall(r'<a href="([^"]*)"', html_part(line, "远禾", "", "a@dealer.example")) == buttons


def test_an_e_mail_names_days_as_they_are_called_whenever_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.email.txt").write_text("{{ starts_at }}")
    (tmp_path / "a.wechat.txt").write_text("{{ starts_at }}")
    params = {"starts_at": datetime(2026, 9, 18, 6, tzinfo=UTC), "now": datetime(2026, 9, 17, 6, tzinfo=UTC)}
    texts = Templates(tmp_path)
    assert (texts.text("a", "wechat", params), texts.text("a", "email", params)) == ("明天 14:00", "9月18日 14:00")
