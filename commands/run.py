"""`run`: everything on this machine, set up on the way, until Ctrl-C.

Set-up happens in a process of its own, which takes the database's and the migrations' libraries with it when it ends:
this one keeps watch for weeks and stays small.
"""

import argparse
import json
import multiprocessing
import os
import secrets
import sys
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from typing import Protocol

from rich.console import Console

from bot.errors import HuifangError
from commands import preflight, valkey
from commands.steps import Step, steps
from commands.supervise import Child, Supervisor
from config.settings import PREFIX, Settings

READY_S = 60.0
SILENT = ("worker", "clock")  # they have no address to ask whether they are ready
LETTERS, CODE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 12  # of the first start: 60 bits, tries are counted
SET_UP, START = 4, 3  # steps on the progress bar


class Needs(Protocol):
    """program: how this very program is started again, for each child. set_up: `commands.set_up`."""

    settings: Settings
    program: tuple[str, ...]
    monotonic: Callable[[], float]

    def set_up(self, step: Step, demo: bool, code: str) -> None: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")


def run(house: Needs, options: argparse.Namespace) -> int:
    """0 after Ctrl-C or SIGTERM, 1 when a process kept ending, 2 (ConfigError) when the start is not possible."""
    console = Console(stderr=True)
    supervisor = Supervisor(house.monotonic)
    supervisor.obey_signals()
    preflight.check(house.settings)
    secret = "".join(secrets.choice(LETTERS) for _ in range(CODE))
    if code := _set_up_apart(house, console, not options.no_demo, secret):
        return code
    if supervisor.stopping.is_set():
        return 0
    try:
        sentence = _start(house, supervisor, console)
        if not sentence and not supervisor.stopping.is_set():
            _tell(house.settings, console, secret)
            sentence = supervisor.watch()
    finally:
        supervisor.stop()
    if sentence:
        console.print(f"huifang: {sentence}", style="red", soft_wrap=True, highlight=False)
    return 1 if sentence else 0


def _set_up_apart(house: Needs, console: Console, demo: bool, secret: str) -> int:
    """The exit code of the process that did it, 0 when all is well. It says itself what is not."""

    def body() -> None:
        try:
            with steps(console, SET_UP + START) as step:
                step("checking ports and folders")
                house.set_up(step, demo, secret)
        except HuifangError as error:
            print(f"huifang: {error}", file=sys.stderr)
            sys.exit(2)

    child = multiprocessing.get_context("fork").Process(target=body)
    child.start()
    child.join()
    return child.exitcode or 0


def _start(house: Needs, supervisor: Supervisor, console: Console) -> str:
    """Start the processes. Returns the sentence why it cannot go on, or ""."""
    settings = house.settings
    with steps(console, SET_UP + START, done=SET_UP) as step:
        step("starting Valkey")
        environment = _environment(settings)
        if not settings.redis_url and not _start_valkey(settings, supervisor, environment):
            return f"the embedded Valkey did not start; {settings.data_dir / 'valkey' / 'valkey.log'} says why."
        # Those that are waited for come first: on two cores the others' start would delay them by a second.
        for names in (_answering(settings), SILENT):
            step(f"starting {', '.join(names)}")
            for name in names:
                supervisor.start(Child(name, [*house.program, name], environment))
            if sentence := _await_ready(settings, supervisor):
                return sentence
    return ""


def _answering(settings: Settings) -> tuple[str, ...]:
    return ("web", "sandbox") if settings.sandbox else ("web",)


def _environment(settings: Settings) -> dict[str, str]:
    """The children's: ours, plus what was decided here."""
    return {**os.environ, f"{PREFIX}SANDBOX": "1" if settings.sandbox else "0"}


def _start_valkey(settings: Settings, supervisor: Supervisor, environment: dict[str, str]) -> bool:
    socket = valkey.socket_path(settings.data_dir)
    child = Child("valkey", valkey.command(settings.data_dir, socket), environment, last=True)
    supervisor.start(child)
    environment[f"{PREFIX}REDIS_URL"] = valkey.url(socket)
    return valkey.await_answer(lambda: valkey.ping(socket), alive=lambda: child.ended is None)


def _await_ready(settings: Settings, supervisor: Supervisor) -> str:
    """Web answers that the database is there, the sandbox shows its page, and nobody has ended meanwhile."""
    waiting = {settings.port: "/readyz"} | ({settings.sandbox_port: "/control/clock"} if settings.sandbox else {})
    host = "127.0.0.1" if settings.bind in ("0.0.0.0", "::") else settings.bind  # noqa: S104  # compared, not bound
    pause = Event()
    for _ in range(int(READY_S / 0.05)):
        if (dead := supervisor.dead()) is not None:
            return f"{dead.name} ended while starting (exit code {dead.ended}); its message stands above."
        waiting = {port: path for port, path in waiting.items() if not _answers(host, port, path)}
        if not waiting or supervisor.stopping.is_set():
            return ""
        pause.wait(0.05)
    return f"no answer on port {next(iter(waiting))} after {READY_S:.0f} s; the log above says why."


def _answers(host: str, port: int, path: str) -> bool:
    connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _tell(settings: Settings, console: Console, secret: str) -> None:
    """Where to look, in one write. The password is printed only for the demo, whose only customers are made up."""
    local = f"http://127.0.0.1:{settings.port}"
    lines = [f"\n  Huifang 回访 is running.   inbox   {local}/inbox"]
    host = "127.0.0.1" if settings.bind in ("0.0.0.0", "::") else settings.bind  # noqa: S104  # compared, not bound
    if _answers(host, settings.port, "/setup"):  # gone once somebody may log in
        grouped = "-".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        lines.append(f"{'set-up':>35}  {local}/setup")
        lines.append(f"{'code':>33}    {grouped}   (once; a new start makes a new one)")
    if settings.sandbox:
        demo = settings.data_dir.absolute() / "demo.json"
        lines.append(f"{'phones':>35}  {settings.sandbox_url}/")
        lines.append(f"{'log-in':>35}  {_login(demo)}")
    console.print("\n".join([*lines, "  Ctrl-C ends it.\n"]), highlight=False, markup=False, soft_wrap=True)


def _login(demo: Path) -> str:
    try:
        told = json.loads(demo.read_text("utf-8"))
    except (OSError, ValueError):
        return "add one: python app.py staff add"
    return f"{told['login']}  /  {told['password']}   (and more in {demo})"
