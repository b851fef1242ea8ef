"""What a row of an imported table says: its columns by name, in English or Chinese, checked as the API checks them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy import Connection

from bot.consent import NEEDS_PROOF
from bot.customer import Purpose
from commands.sheets import Row, Sheet
from store.customers import CustomerFacts, VehicleFacts, customer_of, put_customer, put_vehicle
from store.orders import OrderFacts, OrderStatus, put_order
from store.put import Incomplete, Put
from web.api.bodies import Car, CustomerBody
from web.api.facts import Hearing, customer_facts, order_facts, vehicle_facts
from web.api.file_bodies import RepairOrderBody
from web.api.problems import Problem

Kind = Literal["customers", "vehicles", "repair_orders"]
COLUMNS: Mapping[Kind, Mapping[str, str]] = {
    "customers": {
        "external_id": "客户编号", "name": "姓名", "phone": "手机", "email": "邮箱", "birthday": "生日",
        "consent": "同意用途", "consent_at": "同意时间", "consent_channel": "同意方式", "consent_wording": "同意文本",
        "consent_evidence": "同意凭证", "refused": "拒收用途",
    },
    "vehicles": {
        "external_id": "车辆编号", "customer": "客户编号", "plate": "车牌", "model": "车型", "vin": "车架号",
        "mileage": "里程", "mileage_on": "里程日期", "energy": "能源", "first_registration": "初登日期",
        "warranty_until": "质保到期", "sold_on": "卖出日期", "serviced_on": "上次保养", "inspection_until": "年检到期",
    },
    "repair_orders": {
        "external_id": "工单编号", "status": "状态", "customer": "客户编号", "vehicle": "车辆编号",
        "delivered_at": "交车时间", "promised_at": "承诺时间", "advisor": "服务顾问", "items": "项目",
    },
}  # fmt: skip
SHEETS: Mapping[str, Kind] = {"customers": "customers", "客户": "customers", "vehicles": "vehicles", "车辆": "vehicles",
                              "repair_orders": "repair_orders", "工单": "repair_orders"}  # fmt: skip
PURPOSES = {"服务": "service", "回访": "survey", "问候": "greeting", "营销": "marketing", "活动": "marketing"}
SEPARATORS = str.maketrans({"；": ";", "，": ";", "、": ";", ",": ";"})
PROOF = ("consent_at", "consent_wording", "consent_evidence")


@dataclass(frozen=True, slots=True)
class Fault:
    """row 1 is the header. column: as the file names it, "" for the whole row."""

    file: str
    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}:{self.column or '-'}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that reads well; put(conn) writes it and may still raise Incomplete."""

    file: str
    row: int
    kind: Kind
    external_id: str
    put: Callable[[Connection], Put]


class _Bad(Exception):
    """column: our name for it."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


def read_sheet(sheet: Sheet, kind: Kind, store_id: int, hearing: Hearing) -> tuple[list[Ready], list[Fault]]:
    """Nothing is written. hearing: its source is named in the ledger of consents."""
    heads = _heads(kind, sheet.columns)
    faults = list(_wrong_heads(sheet, kind, heads))
    if faults:
        return [], faults
    ready, seen = [], dict[str, int]()
    for row in sheet.rows:
        cells = {heads[column]: value for column, value in row.cells.items() if value}
        try:
            ready.append(_ready(sheet, row, kind, cells, store_id, hearing, seen))
        except _Bad as bad:
            faults.append(Fault(sheet.name, row.number, named(heads, bad.column), bad.sentence))
    return ready, faults


def named(heads: Mapping[str, str], column: str) -> str:
    """As the file names it."""
    return next((head for head, ours in heads.items() if ours == column), column)


def heads_of(sheet: Sheet, kind: Kind) -> Mapping[str, str]:
    return _heads(kind, sheet.columns)


def _heads(kind: Kind, columns: Sequence[str]) -> dict[str, str]:
    """The file's column → ours; an unknown one stays as it is."""
    ours = {chinese: name for name, chinese in COLUMNS[kind].items()} | {name: name for name in COLUMNS[kind]}
    return {
        column: ours.get(column, ours.get(column.lower().replace(" ", "_"), column)) for column in columns if column
    }


def _wrong_heads(sheet: Sheet, kind: Kind, heads: Mapping[str, str]) -> Iterator[Fault]:
    for column, name in heads.items():
        if name not in COLUMNS[kind]:
            known = ", ".join(f"{name} ({chinese})" for name, chinese in COLUMNS[kind].items())
            yield Fault(sheet.name, 1, column, f"no such column for {kind}; known: {known}")
    if "external_id" not in heads.values():
        yield Fault(sheet.name, 1, "external_id", f"is missing (or in Chinese: {COLUMNS[kind]['external_id']})")
    doubled = {column for column in sheet.columns if column and list(sheet.columns).count(column) > 1}
    yield from (Fault(sheet.name, 1, column, "stands twice") for column in sorted(doubled))


def _ready(
    sheet: Sheet, row: Row, kind: Kind, cells: dict[str, str], store_id: int, hearing: Hearing, seen: dict[str, int]
) -> Ready:
    external_id = cells.pop("external_id", "")
    if not 1 <= len(external_id) <= 64 or not external_id.isprintable():
        raise _Bad("external_id", "1 to 64 printable characters are needed")
    if external_id in seen:
        raise _Bad("external_id", f"row {seen[external_id]} has the same one")
    seen[external_id] = row.number
    makers = {"customers": _customer, "vehicles": _vehicle, "repair_orders": _order}
    return Ready(sheet.name, row.number, kind, external_id, makers[kind](external_id, cells, store_id, hearing))


def _customer(external_id: str, cells: dict[str, str], store_id: int, hearing: Hearing) -> Callable[[Connection], Put]:
    plain = {name: value for name, value in cells.items() if not name.startswith(("consent", "refused"))}
    body = _checked(CustomerBody, plain | {"consent": _consent(cells)})
    facts: CustomerFacts = customer_facts(external_id, body, hearing)
    return lambda conn: put_customer(conn, store_id, facts, hearing.now)


def _consent(cells: Mapping[str, str]) -> dict[str, object]:
    """A yes only with its proof (docs/consent.md): when, to which words, and where it is kept."""
    agreed, refused = _purposes(cells, "consent"), _purposes(cells, "refused")
    if both := set(agreed) & set(refused):
        raise _Bad("refused", f"{', '.join(sorted(both))} stands under consent too")
    lacking = [name for name in PROOF if name not in cells]
    if lacking and set(agreed) & {each.value for each in NEEDS_PROOF}:
        raise _Bad("consent", f"without proof it counts for nothing: fill in {', '.join(lacking)}, or leave it empty")
    proof = {name.removeprefix("consent_"): cells[name] for name in (*PROOF, "consent_channel") if name in cells}
    return {each: {"given": True, **proof} for each in agreed} | dict.fromkeys(refused, False)


def _purposes(cells: Mapping[str, str], column: str) -> list[str]:
    given = [each.strip() for each in cells.get(column, "").translate(SEPARATORS).split(";") if each.strip()]
    found = [PURPOSES.get(each, each.lower()) for each in given]
    known = [each.value for each in Purpose if each is not Purpose.ALL]
    for said, purpose in zip(given, found, strict=True):
        if purpose not in known:
            raise _Bad(column, f"{said!r} is no purpose; known: {', '.join(known)} (or {', '.join(PURPOSES)})")
    return found


def _vehicle(external_id: str, cells: dict[str, str], store_id: int, hearing: Hearing) -> Callable[[Connection], Put]:
    owner = cells.pop("customer", "")
    facts: VehicleFacts = vehicle_facts(external_id, _checked(Car, cells), hearing)

    def put(conn: Connection) -> Put:
        owner_id = customer_of(conn, store_id, owner) if owner else None
        if owner and owner_id is None:
            raise Incomplete(f"no customer {owner!r}: import the customers first", "/customer")
        return put_vehicle(conn, store_id, facts, owner_id)

    return put


def _order(external_id: str, cells: dict[str, str], store_id: int, hearing: Hearing) -> Callable[[Connection], Put]:
    who, car = cells.pop("customer", ""), cells.pop("vehicle", "")
    items = [each.strip() for each in cells.pop("items", "").translate(SEPARATORS).split(";") if each.strip()]
    if cells.get("status") == OrderStatus.DELIVERED and "delivered_at" not in cells:
        raise _Bad("delivered_at", "a delivered order needs it: without, every customer would be asked today")
    body = _checked(RepairOrderBody, {**cells, **({"items": items} if items else {})})
    facts: OrderFacts = _faced(body, hearing)

    def put(conn: Connection) -> Put:
        named = {
            "customer": CustomerFacts(who) if who else None,
            "vehicle": VehicleFacts(car) if car else None,
        }
        return put_order(conn, store_id, external_id, _with(facts, named), hearing.now)

    return put


def _with(facts: OrderFacts, named: Mapping[str, Any]) -> OrderFacts:
    return OrderFacts(
        status=facts.status,
        delivered_at=facts.delivered_at,
        customer=named["customer"],
        vehicle=named["vehicle"],
        advisor=facts.advisor,
        items=facts.items,
        promised_at=facts.promised_at,
    )


def _faced(body: RepairOrderBody, hearing: Hearing) -> OrderFacts:
    try:
        return order_facts(body, hearing)
    except Problem as problem:
        fault = problem.errors[0]
        raise _Bad(fault.pointer.strip("/"), fault.message) from None


def _checked(model: Any, cells: Mapping[str, object]) -> Any:
    try:
        return model.model_validate(cells)
    except ValidationError as error:
        first = error.errors()[0]
        places = [str(part) for part in first["loc"] if not str(part).startswith("<")]
        column = _consent_column(places) if places[:1] == ["consent"] else places[0] if places else ""
        raise _Bad(column, first["msg"].removeprefix("Value error, ")) from None


def _consent_column(places: Sequence[str]) -> str:
    return f"consent_{places[-1]}" if places[-1] in ("at", "channel", "wording", "evidence") else "consent"
