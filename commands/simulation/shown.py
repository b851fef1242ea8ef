"""A simulation in words: tables for people, and what one customer would get."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.reason_words import reason_in_words
from commands.simulation.tally import OUTCOMES
from store.simulations import Touch

WORDS: Mapping[str, tuple[str, str]] = {
    "journey": ("旅程", "journey"),
    "planned": ("计划", "planned"),
    "sent": ("已发", "sent"),
    "skipped": ("跳过", "skipped"),
    "failed": ("失败", "failed"),
    "uncertain": ("未确认", "uncertain"),
    "cancelled": ("取消", "cancelled"),
    "channel": ("渠道", "channel"),
    "copies": ("条数", "copies"),
    "cost": ("费用（元）", "cost (CNY)"),
    "reason": ("原因", "reason"),
    "count": ("次数", "count"),
    "hour": ("最忙的时段", "busiest hours"),
    "put_off": ("推迟", "put off"),
    "breach": ("违规", "breach"),
    "all": ("合计", "all"),
    "custom": ("微信窗口", "WeChat window"),
    "template": ("微信模板", "WeChat template"),
    "subscription": ("订阅通知", "subscription"),
    "mass": ("微信群发", "WeChat mass send"),
    "sms": ("短信", "SMS"),
    "email": ("邮件", "e-mail"),
    "call": ("电话任务", "call task"),
    "quiet_hours": ("不在时段", "outside the hours"),
    "cap": ("超过上限", "over a cap"),
    "duplicate": ("重复", "sent twice"),
    "no_consent": ("没有同意或已拒收", "without consent"),
    "complaint_hold": ("投诉未结", "complaint open"),
    "two_outcomes": ("结果不是恰好一个", "not exactly one outcome"),
}
DAYS = ("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
BUSIEST = 5


def word(name: str, language: str) -> str:
    chinese, english = WORDS.get(name, (name, name))
    return english if language == "en" else chinese


def show(summary: Mapping[str, Any], console: Console, language: str) -> None:
    def said(name: str) -> str:
        return word(name, language)

    journeys = summary["by_journey_outcome"]
    rows = [[name, sum(each.values()), *(each.get(key, 0) for key in OUTCOMES)] for name, each in journeys.items()]
    total = [said("all"), summary["planned"], *(summary["by_outcome"][key] for key in OUTCOMES)]
    _table(console, [said("journey"), said("planned"), *map(said, OUTCOMES)], [*rows, total])
    costs = summary["cost_by_channel"]
    ways = [[said(way), many, f"{costs[way]:.2f}"] for way, many in summary["by_channel"].items()]
    _table(console, [said("channel"), said("copies"), said("cost")], ways)
    for name, counts in (("reason", summary["by_reason"]), ("put_off", summary["deferrals"])):
        reasons = [[f"{code} {reason_in_words(code, language)}", many] for code, many in counts.items()]
        _table(console, [said(name), said("count")], reasons)
    _table(console, [said("hour"), said("copies")], _busiest(summary["heat"], language))
    _table(console, [said("breach"), said("count")], [[said(kind), n] for kind, n in summary["breaches"].items()])
    console.print(_last(summary, language))


def show_one(touches: Iterable[Touch], name: str, console: Console, language: str) -> None:
    """In order of time; what did not go out, with why."""
    console.print(name)
    for each in touches:
        became = word(each.outcome, language)
        why = f"（{reason_in_words(each.reason, language)}）" if each.reason else ""
        way = f" {word(each.way, language)}" if each.way else ""
        console.print(f"{each.at.replace('T', ' ')}  {each.rule}  {became}{way}{why}  {each.text}", markup=False)


def _busiest(heat: list[list[int]], language: str) -> list[list[object]]:
    names = DAYS[1] if language == "en" else [f"周{each}" for each in DAYS[0]]
    cells = [(many, day, hour) for day, hours in enumerate(heat) for hour, many in enumerate(hours) if many]
    return [[f"{names[day]} {hour:02d}:00", many] for many, day, hour in sorted(cells, reverse=True)[:BUSIEST]]


def _table(console: Console, heads: list[str], rows: Iterable[Iterable[object]]) -> None:
    table = Table()
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place == 0 else "right")
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)


def _last(summary: Mapping[str, Any], language: str) -> str:
    people, days, cost = summary["customers"], summary["days"], summary["cost_cny"]
    seconds, peak = summary["seconds"], summary["peak_mb"]
    if language == "en":
        return f"{people} customers, {days} days, CNY {cost:.2f}; {seconds} s, {peak} MB"
    return f"{people} 位客户，{days} 天，共 {cost:.2f} 元；用时 {seconds} 秒，内存 {peak} MB"
