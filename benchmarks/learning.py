"""What learning the examples costs, and a start that finds them learnt; each measured in a process of its own."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from config.nlu import kept_at, load_examples

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "config"
RUNS = 5
# What a house does at its start when the examples are known, after its imports (app.py, `House.classifier`).
START = """
import json, sys, time
from pathlib import Path
import psutil
from config.nlu import learnt
held, begin, clock = psutil.Process().memory_info().rss, time.process_time(), time.perf_counter()
kept = learnt(Path(sys.argv[1]), Path(sys.argv[2]), sys.exit)
spent = time.process_time() - begin, time.perf_counter() - clock
print(json.dumps([*spent, psutil.Process().memory_info().rss - held]))
"""
IMPORT = "from scipy.sparse import csr_matrix; from sklearn.svm import LinearSVC"


def learning_table() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="huifang-learning-") as folder:
        path = kept_at(CONFIG, Path(folder))
        learning = [_spent("-m", "commands.learn", str(CONFIG), str(path)) for _ in range(RUNS)]
        imports = [_spent("-c", IMPORT) for _ in range(RUNS)]
        found = [json.loads(_told("-c", START, str(CONFIG), folder)) for _ in range(RUNS)]
        size = path.stat().st_size / 1e6
    starts, memory = [each[:2] for each in found], median(each[2] for each in found) / 2**20
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    yield f"| learning, medians of {RUNS} processes (load of the machine {load}) | processor | clock |"
    yield "|---|---|---|"
    yield f"| {len(load_examples(CONFIG))} examples learnt, the whole process | {_medians(learning)} |"
    yield f"| of that, what importing scikit-learn alone takes | {_medians(imports)} |"
    yield f"| a start that finds them learnt: held against the examples, {size:.1f} MB read | {_medians(starts)} |"
    yield f"\nThe classifier takes {memory:.1f} MiB of a process."


def _spent(*words: str) -> tuple[float, float]:
    """Seconds of processor and of the clock."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    _told(*words)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, time.perf_counter() - clock


def _told(*words: str) -> str:
    return subprocess.run((sys.executable, *words), cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _medians(taken: Sequence[Sequence[float]]) -> str:
    return " | ".join(f"{median(column):.2f} s" for column in zip(*taken, strict=True))


if __name__ == "__main__":
    print("\n".join(learning_table()))
