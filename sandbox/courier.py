"""Callbacks on their way to us: kept in the sandbox's file, so that a killed sandbox delivers them later."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from sandbox.tables import parcel
from store.engine import reading, writing

# Aliyun pushes again after 1, 5 and 10 minutes (sms.md §1.5), Tencent about twice (§2.3), WeChat at once; here a
# minute lasts a second.
AGAIN_S = {
    "wechat": (0.0, 0.0, 0.0),
    "sms_report": (1.0, 5.0, 10.0),
    "sms_reply": (1.0, 5.0, 10.0),
    "tencent_report": (1.0, 5.0),
    "tencent_reply": (1.0, 5.0),
}
IDLE_S = 1.0

Deliver = Callable[[dict[str, Any]], bool]


def post(connection: Connection, kind: str, body: Mapping[str, object], due_at: datetime) -> None:
    """Hand in a callback. due_at: machine time."""
    connection.execute(insert(parcel).values(kind=kind, body=dict(body), due_at=due_at))


class Courier:
    """deliver: kind → a function that says whether the callback was taken. Runs until `stop` is called."""

    def __init__(self, engine: Engine, machine: Callable[[], datetime], deliver: Mapping[str, Deliver]) -> None:
        self._engine, self._machine, self._deliver = engine, machine, deliver
        self._work, self.over = threading.Event(), threading.Event()

    def wake(self) -> None:
        self._work.set()

    def run(self) -> None:
        while not self.over.is_set():
            self._work.wait(IDLE_S)
            self._work.clear()
            self.deliver_due()

    def stop(self) -> None:
        self.over.set()
        self._work.set()

    def deliver_due(self) -> int:
        """Try every callback that is due; answers how many were tried."""
        waiting = select(parcel).where(parcel.c.due_at <= self._machine()).order_by(parcel.c.due_at, parcel.c.id)
        with reading(self._engine) as connection:
            due = connection.execute(waiting).all()
        for row in due:
            self._try(row)
        return len(due)

    def waiting(self) -> int:
        """Callbacks not delivered yet."""
        with reading(self._engine) as connection:
            return int(connection.execute(select(func.count()).select_from(parcel)).scalar_one())

    def _try(self, row: Row[Any]) -> None:
        taken = self._deliver[row.kind](row.body)
        pauses = AGAIN_S[row.kind]
        with writing(self._engine) as connection:
            if taken or row.tries >= len(pauses):
                connection.execute(delete(parcel).where(parcel.c.id == row.id))
                return
            later = self._machine() + timedelta(seconds=pauses[row.tries])
            again = update(parcel).where(parcel.c.id == row.id)
            connection.execute(again.values(tries=row.tries + 1, due_at=later))
