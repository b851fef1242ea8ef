"""One way to write what can be typed in many."""

import pytest

from bot.understanding.normalise import bare, normalise


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("５分", "5分"),
        ("⑤", "5"),
        ("❸", "3"),
        ("5️⃣", "5"),
        ("滿意", "满意"),
        ("不要再給我發了", "不要再给我发了"),
        ("满\u200b意\ufeff", "满意"),
        ("TD！", "td!"),
        ("滿 意", "满意"),
        ("师傅好 价格贵", "师傅好 价格贵"),
        ("  ", ""),
        ("GOOD", "good"),
        ("他说明个理由", "他说明个理由"),
        ("好几多款", "好几多款"),
        ("换一对几多米", "换一对多少米"),
    ],
)
def test_width_variants_and_characters_are_made_one(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


@pytest.mark.parametrize(("text", "core"), [("【5】", "5"), ("“t”", "t"), ("5、", "5"), ("4/5", "4/5"), ("?!。", "")])
def test_edges_go_and_the_inside_stays(text: str, core: str) -> None:
    assert bare(normalise(text)) == core
