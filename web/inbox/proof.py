"""The proof of a customer's consents, to be kept or handed over: for care and managers, and each download is noted."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, make_response
from sqlalchemy import Connection

from store import audit
from store.proof import proof_of
from web.answers import Answer
from web.inbox.conversation import MAY_EXPORT, Desk, head
from web.login import user


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/customers/<int:customer_id>/consent.json")
    def consent_proof(customer_id: int) -> Answer:
        if user().role not in MAY_EXPORT:
            abort(404)

        def load(conn: Connection) -> dict[str, Any]:
            who = head(conn, desk, customer_id)
            audit.record(conn, user(), "consent_exported", {"customer_id": who.customer_id}, desk.now())
            return proof_of(conn, who.customer_id, user())

        answer = make_response(json.dumps(desk.write(load), ensure_ascii=False, indent=2, default=_plain))
        answer.headers["Content-Type"] = "application/json; charset=utf-8"
        answer.headers["Content-Disposition"] = f'attachment; filename="consent-{customer_id}.json"'
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
