"""A refusal at an e-mail address is one of the person's: in a turn, at the gate, in every file that shares it."""

from sqlalchemy import Engine, update

from bot.customer import Purpose
from store import refusals, turns
from store.engine import reading, writing
from store.tables.people import customer
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_store, refused

ADDRESS, PHONE = "lilei@example.com", "+8613900000001"


def test_a_turn_knows_what_was_refused_by_e_mail(engine: Engine) -> None:
    with writing(engine) as conn:
        lilei = a_customer(conn, a_store(conn), email=ADDRESS)
        other = a_customer(conn, 1, name="王磊", phone="+8613900000002")
        refused(conn, ADDRESS, Purpose.MARKETING)
        refused(conn, "", Purpose.SURVEY)  # nobody's
    with reading(engine) as conn:
        assert turns.permissions(conn, lilei, PHONE).refusals == {Purpose.MARKETING}
        assert turns.permissions(conn, other, "+8613900000002").refusals == frozenset()


def test_files_are_found_by_e_mail_and_addresses_hold_it(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as conn:
        store_id = a_store(conn)
        lilei = a_customer(conn, store_id, email=ADDRESS)
        wife = a_customer(conn, store_id, name="韩梅", phone="", email=ADDRESS)
        a_customer(conn, store_id, name="王磊", phone="")
        assert refusals.addresses_of(conn, lilei) == {PHONE, ADDRESS}
        assert refusals.files_of(conn, [ADDRESS]) == [lilei, wife]
        refusals.refuse(conn, refusals.addresses_of(conn, wife), [Purpose.MARKETING], "link", clock.now)
        conn.execute(update(customer).where(customer.c.id == wife).values(email_state="dead"))
    with reading(engine) as conn:
        assert Purpose.MARKETING in turns.permissions(conn, lilei, PHONE).refusals
