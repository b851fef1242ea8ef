"""Who we talk with, and what stands in the file: frozen values, read before a turn or a send."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a consent or a refusal is about. A refusal of ALL covers every purpose but safety."""

    SERVICE = "service"
    SURVEY = "survey"
    GREETING = "greeting"
    MARKETING = "marketing"
    ALL = "all"


class Role(StrEnum):
    ADVISOR = "advisor"
    CONSULTANT = "consultant"
    CARE = "care"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Store:
    id: int
    code: str
    name: str
    time_zone: str
    hotline: str = ""
    rescue: str = ""


@dataclass(frozen=True, slots=True)
class StaffMember:
    id: int
    store_id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: int
    model: str
    plate: str
    vin: str = ""
    mileage: int | None = None


@dataclass(frozen=True, slots=True)
class RepairOrder:
    """advisor_id: None where the DMS names a person without a log-in. promised_at: when the car was to be ready."""

    id: int
    external_id: str
    status: str
    vehicle_id: int | None
    advisor_id: int | None
    advisor_name: str
    delivered_at: datetime | None
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CarOrder:
    """A new car, bought and not given yet. expected_on: the day the DMS says was told, None where it says none."""

    model: str
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class Customer:
    """known: stands in the dealer's file. bound: this openid was tied to the file by code or staff.

    stranger: somebody else writes from this address and said so; what stands in the file is not theirs to hear.
    consents and refusals: purposes, already folded from the ledger over every file that shares the address.
    """

    id: int
    store_id: int
    name: str
    known: bool
    bound: bool = False
    phone: str = ""
    email: str = ""
    birthday: date | None = None
    consents: frozenset[Purpose] = frozenset()
    refusals: frozenset[Purpose] = frozenset()
    stranger: bool = False

    def refuses(self, purpose: Purpose) -> bool:
        return purpose in self.refusals or Purpose.ALL in self.refusals

    def consents_to(self, purpose: Purpose) -> bool:
        return purpose in self.consents and not self.refuses(purpose)
