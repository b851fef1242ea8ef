"""Children are kept alive, given up with a sentence, and all gone within three seconds."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from commands.supervise import DEATHS, LAST_S, TERM_S, Child, Supervisor

SLEEPER = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


def child(name: str, code: str, last: bool = False) -> Child:
    return Child(name, [sys.executable, "-c", code], os.environ, last=last)


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        subprocess.run(["sleep", "0.02"], check=True)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor(time.monotonic)
    yield supervisor
    supervisor.stop()


def test_a_child_that_dies_is_started_again(supervisor: Supervisor) -> None:
    worker = child("worker", SLEEPER)
    supervisor.start(worker)
    watching = Thread(target=supervisor.watch)
    watching.start()
    assert worker.process is not None
    first = worker.process.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: worker.process is not None and worker.process.pid != first and worker.ended is None)
    assert supervisor.dead() is None
    supervisor.stopping.set()  # only now: on Linux a child ends with the *thread* that started it (prctl(2))
    watching.join(5)


def test_a_child_that_keeps_dying_ends_the_watch_with_a_sentence(supervisor: Supervisor) -> None:
    supervisor.start(child("clock", "raise SystemExit(3)"))
    sentence = supervisor.watch()
    assert sentence == f"clock ended {DEATHS} times within a minute (exit code 3); giving up."


def test_asked_to_stop_it_has_nothing_to_say(supervisor: Supervisor) -> None:
    supervisor.start(child("web", SLEEPER))
    supervisor.stopping.set()
    assert supervisor.watch() == ""


def test_all_end_in_their_time_even_the_stubborn(supervisor: Supervisor, tmp_path: Path) -> None:
    children = [child("web", STUBBORN), child("worker", SLEEPER), child("valkey", STUBBORN, last=True)]
    for one in children:
        supervisor.start(one)
    subprocess.run(["sleep", "0.3"], check=True)  # until the stubborn ones ignore the signal
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 2 * (TERM_S + LAST_S)  # a busy machine's share; without the kill it is for ever
    assert all(one.ended is not None for one in children)


def test_what_serves_the_others_ends_after_them(supervisor: Supervisor, tmp_path: Path) -> None:
    notes = tmp_path / "order"
    say = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(notes)!r}, 'a').write('NAME\\n'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"open({str(tmp_path)!r} + '/NAME', 'w').close()\n"
        "time.sleep(600)"
    )
    supervisor.start(child("valkey", say.replace("NAME", "valkey"), last=True))
    supervisor.start(child("web", say.replace("NAME", "web")))
    until(lambda: (tmp_path / "web").exists() and (tmp_path / "valkey").exists())
    supervisor.stop()
    assert notes.read_text().split() == ["web", "valkey"]


def test_grandchildren_end_too(supervisor: Supervisor, tmp_path: Path) -> None:
    """gunicorn's workers are children of a child."""
    pid_file = tmp_path / "pid"
    code = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]); open({str(pid_file)!r}, 'w').write(str(p.pid))\n"
        "time.sleep(600)"
    )
    supervisor.start(child("web", code))
    until(lambda: pid_file.exists() and pid_file.read_text() != "")
    supervisor.stop()
    until(lambda: not alive(int(pid_file.read_text())))


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux")
def test_killed_outright_it_leaves_no_orphans(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = (
        "import sys, time, os\n"
        "from commands.supervise import Child, Supervisor\n"
        f"one = Child('web', [sys.executable, '-c', {SLEEPER!r}], os.environ)\n"
        "s = Supervisor(time.monotonic); s.start(one)\n"
        f"open({str(pid_file)!r}, 'w').write(str(one.process.pid)); s.watch()"
    )
    root = str(Path(__file__).parents[2])
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONPATH": root})
    until(lambda: pid_file.exists() and pid_file.read_text() != "")
    parent.kill()
    parent.wait()
    until(lambda: not alive(int(pid_file.read_text())))


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
