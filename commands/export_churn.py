"""`export churn`: why customers stay away, counted by code, and how many of those who were asked came back."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.surveys import Surveys
from store import churn
from web.extract_text import csv_pieces

COLUMNS = ("store", "code", "name", "customers")


def told(conn: Connection, surveys: Surveys, since: datetime) -> dict[str, Any]:
    """{"since","reasons": [{store, code, name, customers}], "win_back": [{store, asked, returned}]}."""
    names = {each.id: each.name for each in surveys.reasons}
    return {
        "since": since.isoformat(),
        "reasons": [
            {
                "store": each.store,
                "code": each.code,
                "name": names.get(each.code, each.code),
                "customers": each.customers,
            }
            for each in churn.reasons(conn, since)
        ],
        "win_back": [
            {"store": each.store, "asked": each.asked, "returned": each.returned}
            for each in churn.win_back(conn, since)
        ],
    }


def write(found: Mapping[str, Any], form: str) -> None:
    """csv: the reasons, with the byte order mark that spreadsheets need for Chinese."""
    sys.stdout.write(
        _csv(found["reasons"]) if form == "csv" else json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    )


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(csv_pieces(COLUMNS, rows))
