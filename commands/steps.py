"""Progress of a set-up: a bar on a terminal, a line a step elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Step(Protocol):
    def __call__(self, words: str, /) -> None: ...


@contextmanager
def steps(console: Console, total: int, done: int = 0) -> Iterator[Step]:
    """total: steps of the whole start, `done` of them taken before."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total, completed=done)

        def step(words: str) -> None:
            progress.update(task, advance=1, description=words)
            if not console.is_terminal:
                console.print(f"· {words}", highlight=False)

        yield step
