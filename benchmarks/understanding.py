"""Sentences read beside a keyword matcher and SnowNLP: intents, polarity, confusion, time, memory; what learning costs.

`python -m benchmarks.understanding [--write]` (needs requirements-bench.txt); --write puts the tables into
docs/understanding.md between its marks. Machine figures: compare only runs on the same machine.
"""

import argparse
import re
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.learning import learning_table
from benchmarks.polarity import polarity_table
from bot.understanding import grievances, normalise, refusals, safety, verdicts
from bot.understanding.understand import understand
from commands.learn import cross_validated
from config.nlu import load_examples, load_names
from tests.bot.understanding.test_held_out import read, rows
from tests.learnt import CONFIG, classifier

PAGE = Path(__file__).parents[1] / "docs" / "understanding.md"
BEGIN, END = "<!-- benchmarks.understanding: begin -->", "<!-- benchmarks.understanding: end -->"
# As a platform's keyword replies hold them: the first that is found decides.
KEYWORDS = (
    ("privacy_request", "个人信息|资料|数据|注销"),
    ("opt_out", "退订|拒收"),
    ("complaint", "投诉|差评|态度差"),
    ("test_drive_book", "试驾|试乘|试车"),
    ("appt_cancel", "取消"),
    ("appt_change", "改到|改成|推迟|提前|改期"),
    ("event_rsvp", "报名|参加"),
    ("event_query", "活动|讲堂|自驾"),
    ("insurance_query", "保险|续保|理赔|保费|三者"),
    ("roadside_assist", "拖车|救援|没电|打不着|爆胎|没油|抛锚"),
    ("sales_terms", "优惠|便宜|定金|订金|合同|订单"),
    ("delivery_query", "提车|交车|合格证|发票|订的车"),
    ("repair_status", "修好|进度|取车|好了吗|修完"),
    ("service_price", "多少钱|价格|费用|收费"),
    ("faq", "几点|地址|年检|质保|召回|充电|续航|故障灯|交强险|多久"),
    ("service_book", "预约|保养|维修|检查|约"),
    ("model_enquiry", "预算|suv|七座|油耗|混动|推荐|买车|长风|牧野|云栖|知行|拾光|千帆"),
    ("info_update", "换号|电话|车牌|卖了|取车"),
    ("wrong_person", "发错|打错|不是车主"),
    ("human_request", "人工|客服|经理"),
    ("churn_reply", "太远|太贵|搬家|没时间"),
    ("quote_reply", "同意|不换|不做|换吧"),
    ("appt_confirm", "准时|确认"),
    ("survey_reply", "满意|分"),
    ("thanks", "谢"),
    ("greet", "你好|您好"),
)


def keyword(text: str) -> str:
    return next((intent for intent, words in KEYWORDS if re.search(words, text)), "unclear")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/understanding.md")
    text = "\n".join(_report())
    if parser.parse_args().write:
        head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")
    print(text)


def _report() -> Iterator[str]:
    yield from _intents()
    yield from ("", *polarity_table(), "")
    yield from _confusion()
    texts = [row for half in ("looked_at", "frozen") for row in rows(half)]
    yield from ("", "| a turn's reading | processor time | allocated at its peak |", "|---|---|---|")
    yield f"| rules and classifier | {_milliseconds(read, texts)} | {_kilobytes(read, texts)} |"
    rules: Callable[[dict[str, Any]], object] = lambda row: understand(str(row["say"]))  # noqa: E731
    yield f"| rules alone | {_milliseconds(rules, texts)} | {_kilobytes(rules, texts)} |"
    yield ""
    yield from learning_table()


def _intents() -> Iterator[str]:
    yield "| sentences never learnt from | n | a keyword matcher | ours |"
    yield "|---|---|---|---|"
    for half in ("looked_at", "frozen"):
        held = rows(half)
        words = _share(held, lambda row: keyword(str(row["say"])))
        ours = _share(held, lambda row: read(row).intent)
        yield f"| `nlu-held-out.yaml`, half `{half}` | {len(held)} | {words:.1%} | {ours:.1%} |"


def _confusion() -> Iterator[str]:
    """Each fifth of the examples read by a classifier that learnt from the others, without the rules before it."""
    report = cross_validated(load_examples(CONFIG), load_names(CONFIG))
    yield f"| intent (classifier alone, {report['examples']} examples) | n | right | most often taken for |"
    yield "|---|---|---|---|"
    for intent, (right, count) in report["by_intent"].items():
        taken = [f"{got} {often}" for wanted, got, often in report["confused"] if wanted == intent][:3]
        yield f"| {intent} | {count} | {right / count:.0%} | {', '.join(taken) or '–'} |"


def _share(held: Sequence[dict[str, Any]], reader: Callable[[dict[str, Any]], str]) -> float:
    right = [reader(row) in {row["intent"], *row.get("accept", ())} for row in held]
    return sum(right) / len(right)


def _milliseconds(reader: Callable[[dict[str, Any]], object], held: Sequence[dict[str, Any]]) -> str:
    """Processor time, every memory of earlier readings emptied before each."""
    taken = []
    for row in held:
        _forget()
        begin = time.process_time_ns()
        reader(row)
        taken.append((time.process_time_ns() - begin) / 1e6)
    taken.sort()
    return (
        f"median {taken[len(taken) // 2]:.2f} ms, p95 {taken[int(len(taken) * 0.95)]:.2f} ms, worst {taken[-1]:.2f} ms"
    )


def _kilobytes(reader: Callable[[dict[str, Any]], object], held: Sequence[dict[str, Any]]) -> str:
    peaks = []
    tracemalloc.start()
    for row in held:
        _forget()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        reader(row)
        peaks.append((tracemalloc.get_traced_memory()[1] - before) / 1024)
    tracemalloc.stop()
    return f"median {sorted(peaks)[len(peaks) // 2]:.0f} KiB, worst {max(peaks):.0f} KiB"


def _forget() -> None:
    for remembered in (
        normalise.normalise, safety.emergency, refusals.refusal, grievances.grievance, verdicts.verdict,
    ):  # fmt: skip
        remembered.cache_clear()
    classifier().forget()


if __name__ == "__main__":
    main()
