"""From what the DMS sent to the facts the store keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.customer import Purpose
from bot.phones import parse_phone
from bot.quotes import QuoteState
from store.consents import ConsentFact
from store.customers import CustomerFacts, VehicleFacts
from store.orders import OrderFacts
from store.quotes import QuoteFacts
from web.api.bodies import Car, CustomerBody, Item, Proof
from web.api.file_bodies import RepairFile, RepairOrderBody
from web.api.problems import Fault, Problem
from web.api.work_bodies import QuoteBody, work_of

ALL_TOGETHER = (Purpose.SURVEY, Purpose.GREETING, Purpose.MARKETING)
AHEAD = timedelta(days=1)  # clocks differ; a delivery further ahead is a typing mistake


@dataclass(frozen=True, slots=True)
class Hearing:
    """Where the facts come from. now: business time. source: named in the ledger as proof when none is given."""

    now: datetime
    zone: ZoneInfo
    source: str

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def customer_facts(external_id: str, body: CustomerBody, hearing: Hearing) -> CustomerFacts:
    return CustomerFacts(
        external_id=external_id,
        name=body.name,
        phone=parse_phone(body.phone) if body.phone is not None else None,
        email=body.email,
        birthday=_full_day(body.birthday),
        birthday_md=_month_and_day(body.birthday),
        city=body.city,
        member=body.member,
        consents=_consents(body.consent, hearing),
    )


def vehicle_facts(external_id: str, body: Car, hearing: Hearing) -> VehicleFacts:
    return VehicleFacts(
        external_id=external_id,
        plate=body.plate,
        model=body.model,
        vin=body.vin,
        mileage=body.mileage,
        mileage_on=body.mileage_on or hearing.today,
        energy=body.energy,
        first_registration=body.first_registration,
        warranty_until=body.warranty_until,
        sold_on=body.sold_on,
        serviced_on=body.serviced_on,
        inspection_until=body.inspection_until,
    )


def order_facts(body: RepairOrderBody, hearing: Hearing) -> OrderFacts:
    customer, vehicle = body.customer, body.vehicle
    return OrderFacts(
        status=body.status,
        delivered_at=_past(local_time(body.delivered_at, hearing), hearing),
        customer=customer_facts(customer.external_id, customer, hearing) if customer else None,
        vehicle=vehicle_facts(vehicle.external_id, vehicle, hearing) if vehicle else None,
        advisor=body.advisor,
        items=None if body.items is None else [_item(each) for each in body.items],
        file=None if body.file is None else _file(body.file, hearing),
        promised_at=local_time(body.promised_at, hearing),
    )


def quote_facts(body: QuoteBody, hearing: Hearing) -> QuoteFacts:
    return QuoteFacts(
        state=QuoteState(body.state),
        order=body.repair_order,
        works=None if body.lines is None else [work_of(line) for line in body.lines],
        note=body.note,
        ready_at=local_time(body.ready_at, hearing),
        expires_at=local_time(body.valid_until, hearing),
    )


def _file(file: RepairFile, hearing: Hearing) -> dict[str, Any]:
    """As it is kept: what was left out is left out, times with their offset."""
    times = {name: local_time(getattr(file, name), hearing) for name in ("arrived_at", "finished_at")}
    return file.model_copy(update=times).model_dump(mode="json", exclude_none=True)


def _item(item: str | Item) -> dict[str, Any]:
    return {"name": item} if isinstance(item, str) else item.model_dump(mode="json")


def _full_day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written and len(written) == 10 else None


def _month_and_day(written: str | None) -> str | None:
    if not written:
        return None
    return written if written.startswith("L") else written[-5:]


def _consents(given: Any, hearing: Hearing) -> tuple[ConsentFact, ...]:
    return tuple(_consent(Purpose(purpose), answer, hearing) for purpose, answer in _by_purpose(given).items())


def _by_purpose(given: Any) -> Mapping[Purpose, bool | Proof]:
    """The three forms a consent may have, as one (bodies.Consent)."""
    if given is None:
        return {}
    if isinstance(given, bool):
        return dict.fromkeys(ALL_TOGETHER, given)
    return given if isinstance(given, dict) else dict.fromkeys(given, True)


def _consent(purpose: Purpose, answer: bool | Proof, hearing: Hearing) -> ConsentFact:
    proof = answer if isinstance(answer, Proof) else Proof(given=answer)
    shown = (proof.at, proof.wording, proof.evidence)
    return ConsentFact(
        purpose=purpose,
        given=proof.given,
        at=local_time(proof.at, hearing) or hearing.now,
        channel=proof.channel or "",
        wording=proof.wording or "",
        evidence=" · ".join(filter(None, (hearing.source, proof.evidence))),
        dated=proof.at is not None,
        proven=None not in shown,
    )


def local_time(moment: datetime | None, hearing: Hearing) -> datetime | None:
    """Without an offset: the store's own time, as a DMS writes it; None stays."""
    return moment.replace(tzinfo=hearing.zone) if moment is not None and moment.tzinfo is None else moment


def _past(moment: datetime | None, hearing: Hearing) -> datetime | None:
    if moment is not None and moment > hearing.now + AHEAD:
        fault = Fault(pointer="/delivered_at", message="more than a day in the future")
        raise Problem(422, "a delivery cannot lie in the future", (fault,))
    return moment
