"""The one door of the fake SMS gateways, `POST /`: which provider is meant says the header that names the action."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy import Engine

from sandbox import faults
from store.engine import writing

Answer = Response | tuple[Response, int]


@dataclass(frozen=True, slots=True)
class SmsApi:
    """header: names the action. actions: what it can do. refuse: an answer with an error code of the provider's."""

    header: str
    actions: Mapping[str, Callable[[], Answer]]
    refuse: Callable[[str], Answer]
    unknown_action: str


def sms_gateway(engine: Engine, first: SmsApi, *others: SmsApi, over: threading.Event) -> Blueprint:
    """first: meant when no header says otherwise. over: set when the sandbox stops."""
    blueprint = Blueprint("sms_gateway", __name__)

    @blueprint.post("/")
    def call() -> Answer:
        api = next((one for one in others if one.header in request.headers), first)
        action = request.headers.get(api.header, "")
        if action not in api.actions:
            return api.refuse(api.unknown_action)
        with writing(engine) as connection:
            fault = faults.take(connection, action)
        if fault in faults.BEHAVIOURS and fault != "timeout_after":
            return faults.misbehave(fault, over)
        if fault and fault != "timeout_after":
            return api.refuse(fault)
        answer = api.actions[action]()
        return faults.misbehave(fault, over) if fault else answer

    return blueprint
