"""Which texts are e-mail addresses."""

import pytest

from bot.emails import BadEmail, parse_email


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("LiLei@Example.CN", "lilei@example.cn"),
        ("  li.lei+car@mail.example.com ", "li.lei+car@mail.example.com"),
        ("o'brien@ex-ample.com", "o'brien@ex-ample.com"),
        ("1390000@qq.com", "1390000@qq.com"),
        (f"{'a' * 64}@example.com", f"{'a' * 64}@example.com"),
    ],
)
def test_an_address_is_folded(written: str, address: str) -> None:
    assert parse_email(written) == address


@pytest.mark.parametrize(
    "written",
    [
        "", "无", "lilei", "@example.com", "lilei@", "lilei@localhost", "li lei@example.com", "a@b@example.com",
        ".a@example.com", "a.@example.com", "a..b@example.com", "a@-example.com", "a@example-.com", "a@example..com",
        "a@1.2.3.4", "a@example.com\nBcc: b@example.com", "a\r\n@example.com", "李雷@example.com", "a@例子.中国",
        f"{'a' * 65}@example.com", f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example.com", '"a b"@example.com',
        "<a@example.com>", "a@example.com, b@example.com", "a@exam_ple.com",
    ],
)  # fmt: skip
def test_what_is_none_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(BadEmail) as refused:
        parse_email(written)
    assert written == "" or written not in str(refused.value)
