"""Every word of the pages has its English, and every English word is still used."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.gate import GATES
from bot.messages import Way
from config.load import load_journeys
from web.inbox.rule_words import rule_name
from web.inbox.words import NAMES

ROOT = Path(__file__).parents[3]
PO = ROOT / "web" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"gettext": None, "lazy_gettext": None, "_": None}
RULES = ("bot/cases.py", "store/replies.py", "store/claims.py", "store/events.py", "web/inbox/acting.py",
         "store/calls.py", "store/call_tries.py", "store/numbers.py", "web/inbox/calls.py",
         "web/inbox/events.py", "web/inbox/sms_choice.py", "store/labels.py", "store/views.py", "store/snippets.py",
         "store/aside.py", "store/transfers.py", "store/again.py", "store/merging.py", "web/inbox/sorting.py",
         "bot/visits.py", "store/showroom.py", "store/alerts.py", "web/inbox/visits.py",
         "web/inbox/template_choice.py", "store/case_steps.py", "store/roster.py", "web/inbox/case_pages.py",
         "web/inbox/roster.py",
         "store/colleagues.py", "store/pauses.py", "store/setting_up.py", "web/entrance/links.py",
         "web/entrance/setting_up.py", "web/inbox/settings/staff.py", "web/inbox/settings/mine.py",
         "web/inbox/settings/factor.py", "web/inbox/settings/journeys.py",
         "web/inbox/settings/api_tokens.py", "web/inbox/settings/importing.py",
         "web/inbox/erasure.py", "store/arrivals.py",
         "store/own_addresses.py", "store/trials.py", "web/inbox/trying.py", "channels/trial.py",
         "store/reviews.py", "store/event_desk.py")  # fmt: skip


def said_on_pages() -> set[str]:
    found = set()
    for folder in ("web/inbox", "web/entrance", "templates/pages/inbox"):
        methods = [("**.py", "python"), ("**.html", "jinja2")]
        for _file, _line, words, _comments, _context in extract_from_dir(ROOT / folder, methods, keywords=KEYWORDS):
            found.add(words if isinstance(words, str) else words[0])
    return found


def said_by_rules() -> set[str]:
    """Sentences without names and numbers of their own; a colon begins a detail that is shown as it is."""
    found = set()
    for file in RULES:
        source = (ROOT / file).read_text(encoding="utf-8")
        for formatted, sentence in re.findall(r'(?:RuleBroken|NotThere)\(\s*"\w+", (f?)"([^"]+)"', source):
            found.add(sentence.split("：{")[0] if formatted else sentence)
    return {sentence for sentence in found if "{" not in sentence}


def translated() -> dict[str, str]:
    with open(PO, "rb") as source:
        return {str(m.id): str(m.string) for m in read_po(source) if m.id}


def test_every_rule_has_a_name() -> None:
    """A code like festivals.qingming says nothing to an advisor."""
    rules = [f"{journey.id}.{step.id}" for journey in load_journeys(ROOT / "config") for step in journey.steps]
    named = {rule: rule_name(rule) for rule in rules}
    assert len(named) > 50
    assert [rule for rule, name in named.items() if rule == name] == []
    assert len(set(named.values())) == len(named), "no two are called the same"
    assert named["insurance.t15"] == "续保提醒 · 前 15 天"
    assert rule_name("our_own.hello") == "our_own.hello"


def test_every_gate_and_way_has_a_name() -> None:
    assert [each for each in (*GATES, *(way.value for way in Way)) if each not in NAMES] == []


def test_nothing_on_a_page_is_left_untranslated() -> None:
    words = translated()
    assert sorted(each for each in said_on_pages() | said_by_rules() if not words.get(each)) == []


def test_placeholders_are_the_same_in_both() -> None:
    for chinese, english in translated().items():
        holes = r"%\(\w+\)s|\{\w*\}"
        assert sorted(re.findall(holes, chinese)) == sorted(re.findall(holes, english)), chinese


def test_english_is_english() -> None:
    assert [english for english in translated().values() if re.search(r"[\u4e00-\u9fff]", english)] == []
