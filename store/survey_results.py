"""Scores of the periodic survey: each factor of an answer, the file of one customer, the means of a store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from bot.surveys import Surveys
from store.tables.contact import prompt, survey_factor
from store.tables.people import customer

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Result:
    """One answered survey of the scale asked about. factors: score by id."""

    at: datetime
    rating: int | None
    text: str
    factors: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mean:
    """answers: how many scored it."""

    factor: str
    mean: float
    answers: int


def keep(conn: Connection, prompt_id: int, scores: Mapping[str, int]) -> None:
    """A second answer takes the place of the first."""
    conn.execute(delete(survey_factor).where(survey_factor.c.prompt_id == prompt_id))
    if scores:
        rows = [{"prompt_id": prompt_id, "factor": name, "score": score} for name, score in scores.items()]
        conn.execute(insert(survey_factor), rows)


def results_of(conn: Connection, customer_id: int, scale: str) -> list[Result]:
    """The newest few, latest first. One query."""
    mine = (prompt.c.customer_id == customer_id, prompt.c.scale == scale, prompt.c.state == "answered")
    newest = select(prompt).where(*mine).order_by(prompt.c.answered_at.desc(), prompt.c.id.desc()).limit(SHOWN)
    few = newest.subquery()
    query = (
        select(few.c.id, few.c.answered_at, few.c.rating, few.c.text, survey_factor.c.factor, survey_factor.c.score)
        .outerjoin(survey_factor, survey_factor.c.prompt_id == few.c.id)
        .order_by(few.c.answered_at.desc(), few.c.id.desc(), survey_factor.c.id)
    )
    found = [list(rows) for _, rows in groupby(conn.execute(query), key=lambda row: row.id)]
    return [_result(rows) for rows in found]


def scores_of(conn: Connection, prompt_id: int) -> Mapping[str, int]:
    mine = select(survey_factor).where(survey_factor.c.prompt_id == prompt_id).order_by(survey_factor.c.id)
    return {row.factor: row.score for row in conn.execute(mine)}


def means(conn: Connection, store_id: int, surveys: Surveys, since: datetime) -> list[Mean]:
    """Of each factor, in the order of the page; one nobody scored has 0 answers."""
    rows = (
        select(survey_factor.c.factor, func.avg(survey_factor.c.score).label("mean"), func.count().label("many"))
        .join(prompt, prompt.c.id == survey_factor.c.prompt_id)
        .join(customer, customer.c.id == prompt.c.customer_id)
        .where(customer.c.store_id == store_id, prompt.c.answered_at >= since)
        .group_by(survey_factor.c.factor)
    )
    found = {row.factor: row for row in conn.execute(rows)}
    return [
        Mean(each.id, float(found[each.id].mean) if each.id in found else 0.0,
             found[each.id].many if each.id in found else 0)
        for each in surveys.factors
    ]  # fmt: skip


def _result(rows: Sequence[Any]) -> Result:
    """Of one prompt, a row for each factor; a prompt without any has one row."""
    asked = rows[0]
    scores = {row.factor: row.score for row in rows if row.factor is not None}
    return Result(asked.answered_at, asked.rating, asked.text or "", scores)
