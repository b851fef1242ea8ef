"""What must be known of several rows in the moment before they leave, in as few questions as for one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.messages import Category, Way
from store.among import among
from store.anchors import Place
from store.outbox import WORKER_LOST, Job
from store.prepared import Prepared
from store.sendable import barred_of
from store.tables.outbound import attempt, carries
from store.tables.people import store
from store.tables.trouble import channel_trouble, disabled_template

REPEATED = (Way.TEMPLATE, Way.MASS)  # ways that may be sent again after a worker died


@dataclass(frozen=True, slots=True)
class Ready:
    """By outbox id. carried: touchpoints. places: by store. troubled: anything at all stands against some way.

    disabled: template ids at any account. lost: a worker died in one of its calls.
    """

    carried: Mapping[int, list[int]]
    places: Mapping[int, Place]
    barred: Collection[int]
    lost: Collection[int]
    troubled: bool
    disabled: Collection[str]


def load(conn: Connection, jobs: Sequence[Job]) -> Ready:
    ids = [job.id for job in jobs]
    houses = sorted({job.store_id for job in jobs})
    return Ready(
        carried=carried_by(conn, ids),
        places={row.id: Place(row.code, row.time_zone) for row in _PLACES.all(conn, ids=houses)},
        barred=_barred(conn, jobs),
        lost=_lost(conn, [job.id for job in jobs if job.outgoing.way in REPEATED]),
        troubled=_STANDING.first(conn) is not None,
        disabled=_disabled(conn, jobs),
    )


def carried_by(conn: Connection, outbox_ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in _CARRIED.all(conn, ids=outbox_ids):
        found[row.outbox_id].append(row.touchpoint_id)
    return found


_PLACES = Prepared.of(select(store.c.id, store.c.code, store.c.time_zone).where(among(store.c.id, "ids")))
_STANDING = Prepared.of(select(channel_trouble.c.id).where(channel_trouble.c.standing).limit(1))
_CARRIED = Prepared.of(select(carries.c.outbox_id, carries.c.touchpoint_id).where(among(carries.c.outbox_id, "ids")))


def _barred(conn: Connection, jobs: Sequence[Job]) -> set[int]:
    by_category: dict[Category, list[int]] = defaultdict(list)
    for job in jobs:
        if job.category is not Category.SAFETY:
            by_category[job.category].append(job.id)
    return {each for category, ids in by_category.items() for each in barred_of(conn, ids, category)}


def _lost(conn: Connection, ids: Sequence[int]) -> set[int]:
    if not ids:
        return set()
    rows = select(attempt.c.outbox_id).where(attempt.c.outbox_id.in_(ids), attempt.c.code == WORKER_LOST)
    return set(conn.execute(rows).scalars())


def _disabled(conn: Connection, jobs: Sequence[Job]) -> set[str]:
    if not any(job.outgoing.payload.get("template_id") for job in jobs):
        return set()
    return set(conn.execute(select(disabled_template.c.template_id)).scalars())


def plain(job: Job, ready: Ready) -> bool:
    """Nothing special about it, so it may be begun together with others. Hours and age are the caller's to ask."""
    if ready.troubled or job.id in ready.lost or job.id in ready.barred:
        return False
    return str(job.outgoing.payload.get("template_id") or "") not in ready.disabled
