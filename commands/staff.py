"""`staff add`: who may log in to the inbox."""

import argparse
import getpass
import sys
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from bot.customer import Role
from bot.errors import RuleBroken
from store.engine import writing
from store.staff import add, hash_password
from store.stores import store_id_of

SHORTEST = 10


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["add"])
    parser.add_argument("username", help="what is typed at the log-in")
    parser.add_argument("--name", required=True, help="as customers and colleagues read it")
    parser.add_argument("--role", choices=[role.value for role in Role], default=Role.ADVISOR.value)
    parser.add_argument("--store", default="", help="code of the store in dealer.yaml; needed when there are several")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Asks for the password, never takes it from the command line: others can read that."""
    password = sys.stdin.readline().rstrip("\n") if options.password_stdin else _asked()
    if len(password) < SHORTEST:
        raise RuleBroken("short_password", f"a password has at least {SHORTEST} characters")
    try:
        with writing(house.engine) as conn:
            add(
                conn,
                store_id=store_id_of(conn, options.store),
                username=options.username,
                name=options.name,
                role=Role(options.role),
                password_hash=hash_password(password),
            )
    except IntegrityError:
        raise RuleBroken("username_taken", f"{options.username}: this log-in is taken") from None
    print(f"{options.username} may log in as {options.role}")
    return 0


def _asked() -> str:
    first = getpass.getpass("password: ")
    if first != getpass.getpass("once more: "):
        raise RuleBroken("passwords_differ", "the two passwords differ")
    return first
