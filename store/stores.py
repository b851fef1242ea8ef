"""The dealer's stores: configured in `config/dealer.yaml`, kept as rows that everything else points to."""

from collections.abc import Iterable

from sqlalchemy import Connection, or_, select

from bot.customer import Store
from bot.dealer import StoreConfig
from bot.errors import HuifangError
from store.dialects import insert_into
from store.tables.people import store


class NoSuchStore(HuifangError):
    pass


def keep_stores(conn: Connection, configured: Iterable[StoreConfig]) -> None:
    """Each configured store has a row of its code, with its present name; a store taken out keeps its history."""
    for one in configured:
        row = {"name": one.name, "time_zone": one.time_zone, "hotline": one.hotline, "rescue": one.rescue}
        differs = or_(*(store.c[name] != value for name, value in row.items()))
        conn.execute(
            insert_into(conn, store)
            .values(code=one.code, **row)
            .on_conflict_do_update(index_elements=["code"], set_=row, where=differs)
        )


def all_of(conn: Connection) -> list[tuple[int, str]]:
    """(id, name) of every store, for who may see them all."""
    return [(row.id, row.name) for row in conn.execute(select(store.c.id, store.c.name).order_by(store.c.id))]


def code_of(conn: Connection, store_id: int) -> str:
    """Its code in dealer.yaml."""
    return str(conn.execute(select(store.c.code).where(store.c.id == store_id)).scalar_one())


def store_of(conn: Connection, store_id: int) -> Store:
    row = conn.execute(select(store).where(store.c.id == store_id)).one()
    return Store(row.id, row.code, row.name, row.time_zone, row.hotline, row.rescue)


def store_id_of(conn: Connection, code: str) -> int:
    """code "": the only store there is. Raises NoSuchStore, naming those that exist."""
    ids = {row.code: row.id for row in conn.execute(select(store.c.code, store.c.id).order_by(store.c.id))}
    if not code and len(ids) == 1:
        return int(next(iter(ids.values())))
    if code not in ids:
        known = ", ".join(ids) or "none yet; run: python app.py migrate"
        raise NoSuchStore(f"--store {code}: no such store (known: {known})" if code else f"--store is needed: {known}")
    return int(ids[code])
