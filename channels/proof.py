"""Proofreading of sources: a message's template, a configured wording, a customer page, each finding with its line.

A source is read twice: as it stands, which gives the line, and filled with the sample values, which shows what only
comes together in the finished text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, meta

from bot.messages import Category
from bot.tone import Finding, Guide
from bot.tone_words import Medium, Severity
from channels.places import environment
from channels.preview import View

COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|<style\b.*?</style>", re.S)
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^<>]*>|\$\{\w*\}", re.S)
SPOKEN = re.compile("[\u3400-\u9fff，。！？、；：“”\n]")  # words inside code are said too: a default, a placeholder
MASK = "\ufffc"
PLAIN = {"now", "zone"}  # of the renderer itself


@dataclass(frozen=True, slots=True)
class Remark:
    """line counts from 1 within the source."""

    line: int
    rule: str
    severity: Severity
    said: str
    zh: str
    en: str


def masked(source: str) -> str:
    """The source with its code made signs that are no words; every sign keeps its place."""
    plain = COMMENT.sub(lambda found: re.sub(r"[^\n]", MASK, found[0]), source)
    return CODE.sub(lambda found: "".join(s if SPOKEN.match(s) else MASK for s in found[0]), plain)


def remarks(
    guide: Guide, source: str, medium: Medium, category: Category = Category.SERVICE, *, whole: bool = False
) -> list[Remark]:
    """Of the source as it stands."""
    return [_remark(source, each) for each in guide.check(masked(source), medium, category, whole=whole)]


def filled(views: Sequence[View], source: str, known: Iterable[Remark]) -> Iterator[Remark]:
    """What the finished texts show and the source did not."""
    seen = {(each.rule, each.said) for each in known}
    for view in views:
        if view.error:
            yield Remark(1, "variable", Severity.ERROR, "", f"无法生成：{view.error}", f"cannot be made: {view.error}")
        for each in view.findings:
            if (each.rule, each.said) not in seen:
                seen.add((each.rule, each.said))
                yield _remark(source, each, in_source=False)


def variables(source: str, known: Iterable[str]) -> Iterator[Remark]:
    """Names no sample knows, and a template that cannot be read."""
    made = environment()
    try:
        named = meta.find_undeclared_variables(made.parse(source))
    except TemplateSyntaxError as error:
        said = error.message or "syntax"
        yield Remark(error.lineno, "template", Severity.ERROR, "", f"模板语法错误：{said}", f"syntax error: {said}")
        return
    for name in sorted(named - set(known) - PLAIN):
        line = _line(source, re.search(rf"\b{re.escape(name)}\b", source))
        zh, en = f"没有 {name} 这个变量的样例", f"no sample of the variable {name} (config/samples.yaml)"
        yield Remark(line, "variable", Severity.ERROR, name, zh, en)


def _remark(source: str, each: Finding, *, in_source: bool = True) -> Remark:
    start = each.start if in_source else max(source.find(each.said), 0)
    said = source[each.start : each.end] if in_source else each.said  # the code as it stands, not its mask
    return Remark(source.count("\n", 0, start) + 1, each.rule, each.severity, said, each.zh, each.en)


def _line(source: str, found: re.Match[str] | None) -> int:
    return source.count("\n", 0, found.start()) + 1 if found else 1
