"""One Celery task a message, as fast as it may be set: no results kept, acknowledged before the work."""

import os

from celery import Celery

from benchmarks import engine_work

app = Celery("bench", broker=os.environ.get("BENCH_BROKER", ""))
app.conf.update(
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    worker_prefetch_multiplier=16,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_pool_limit=8,
)


@app.task(name="send")  # type: ignore[untyped-decorator]
def send(number: int, payload: dict[str, object]) -> None:
    engine_work.send(number, payload)
