"""The words of the command line and where their bodies are; a body is loaded when its word is said."""

import argparse
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One word of the command line. Its module has `arguments(parser)` and `run(house, options) -> exit code`."""

    module: str
    help: str


COMMANDS = {
    "cases": Command("commands.cases", "list complaints, and take a step of one: claim, plan, fix, close, reopen …"),
    "demo": Command("commands.demo", "seed the demo dealer and print its log-in, token and customers"),
    "clock": Command("commands.clock", "plan touchpoints and watch deadlines, until a signal ends it"),
    "converse": Command("commands.converse", "run scripted conversations in a throw-away store, one JSON line a turn"),
    "doctor": Command("commands.doctor", "check this installation and its accounts, and say what to do"),
    "erase": Command("commands.erase", "take a customer's data away on request, and record that it was"),
    "export": Command("commands.export", "print the proof of what a customer allowed and refused"),
    "import": Command("commands.importing", "read customers, vehicles and repair orders from CSV or XLSX"),
    "journeys": Command("commands.journeys", "list journeys, compare and dry-run an edit, submit and approve it"),
    "learn": Command("commands.learn", "say how well the examples of config/nlu can be told apart"),
    "lint": Command("commands.lint", "proofread every text a customer may read; exit 1 on an error"),
    "migrate": Command("commands.migrate", "bring the database to the newest revision"),
    "preview": Command("commands.preview", "show a message on every channel it has, with length and price"),
    "run": Command(
        "commands.run", "set up and start everything on this machine, with the sandbox if no account is set"
    ),
    "sandbox": Command("commands.sandbox", "serve the fake providers and the phones page, in sandbox mode only"),
    "simulate": Command(
        "commands.simulate", "live through a year with invented customers, send nothing, and count what would go out"
    ),
    "staff": Command("commands.staff", "add somebody who may log in to the inbox"),
    "token": Command("commands.token", "give out or revoke a token of the API"),
    "wechat": Command("commands.wechat", "menu, QR codes, people, quotas and templates of a WeChat account"),
    "why": Command("commands.why", "show why each message to a customer was sent or not"),
    "worker": Command("commands.worker", "send what is due and queued, until a signal ends it"),
    "web": Command("commands.web", "serve webhooks, inbox, customer pages and API"),
}


def overview() -> argparse.ArgumentParser:
    """Answers --help, and refuses a word that is not in the table."""
    parser = argparse.ArgumentParser("app.py", description="Huifang 回访: customer touchpoints of a car dealership")
    words = parser.add_subparsers(metavar="command", required=True)
    for name, command in COMMANDS.items():
        words.add_parser(name, help=command.help)
    return parser
