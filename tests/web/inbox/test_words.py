"""Every word of the pages has its English, and every English word is still used."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
PO = ROOT / "web" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"gettext": None, "lazy_gettext": None, "_": None}
RULES = ("bot/cases.py", "store/replies.py", "store/claims.py", "store/events.py", "web/inbox/acting.py",
         "web/inbox/events.py", "web/inbox/sms_choice.py")  # fmt: skip


def said_on_pages() -> set[str]:
    found = set()
    for folder in ("web/inbox", "templates/pages/inbox"):
        methods = [("**.py", "python"), ("**.html", "jinja2")]
        for _file, _line, words, _comments, _context in extract_from_dir(ROOT / folder, methods, keywords=KEYWORDS):
            found.add(words if isinstance(words, str) else words[0])
    for _file, _line, words, _c, _x in extract_from_dir(ROOT / "web", [("login.py", "python")], keywords=KEYWORDS):
        found.add(words if isinstance(words, str) else words[0])
    return found


def said_by_rules() -> set[str]:
    """Sentences without names and numbers of their own; a colon begins a detail that is shown as it is."""
    found = set()
    for file in RULES:
        source = (ROOT / file).read_text(encoding="utf-8")
        for formatted, sentence in re.findall(r'RuleBroken\(\s*"\w+", (f?)"([^"]+)"', source):
            found.add(sentence.split("：{")[0] if formatted else sentence)
    return {sentence for sentence in found if "{" not in sentence}


def translated() -> dict[str, str]:
    with open(PO, "rb") as source:
        return {str(m.id): str(m.string) for m in read_po(source) if m.id}


def test_nothing_on_a_page_is_left_untranslated() -> None:
    words = translated()
    assert sorted(each for each in said_on_pages() | said_by_rules() if not words.get(each)) == []


def test_placeholders_are_the_same_in_both() -> None:
    for chinese, english in translated().items():
        holes = r"%\(\w+\)s|\{\w*\}"
        assert sorted(re.findall(holes, chinese)) == sorted(re.findall(holes, english)), chinese


def test_english_is_english() -> None:
    assert [english for english in translated().values() if re.search(r"[\u4e00-\u9fff]", english)] == []
