"""A colleague's own addresses: codes end, guesses are counted, and the code names who wrote it."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from bot.errors import RuleBroken
from bot.messages import Way
from store import own_addresses
from store.engine import writing
from store.tables.contact import message
from store.tables.people import identity
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed

PHONE = "+8613900001111"


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


def test_a_code_ends_and_five_guesses_end_it_too(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        code = own_addresses.ask_at(conn, cast.lilei, Way.SMS, PHONE, clock.now)
        assert not own_addresses.mine(conn, cast.lilei, clock.now)[0].code, "never on a page"
        late = clock.now + own_addresses.LIFE
        with pytest.raises(RuleBroken, match="过期"):
            own_addresses.prove_at(conn, cast.lilei, Way.SMS, code, late)
        for _ in range(own_addresses.TRIES):
            assert not own_addresses.prove_at(conn, cast.lilei, Way.SMS, "no", clock.now)
        with pytest.raises(RuleBroken, match="试错太多次"):
            own_addresses.prove_at(conn, cast.lilei, Way.SMS, code, clock.now)
        assert own_addresses.mine(conn, cast.lilei, clock.now) == []


def test_a_new_code_ends_the_old_one_and_what_it_had_proved(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        old = own_addresses.ask_at(conn, cast.lilei, Way.SMS, PHONE, clock.now, lambda signs: signs[1])
        new = own_addresses.ask_at(conn, cast.lilei, Way.SMS, PHONE, clock.now, lambda signs: signs[2])
        assert not own_addresses.prove_at(conn, cast.lilei, Way.SMS, old, clock.now)
        assert own_addresses.prove_at(conn, cast.lilei, Way.SMS, new, clock.now)
        assert own_addresses.mine(conn, cast.lilei, clock.now + timedelta(days=90))[0].proved
        own_addresses.ask_at(conn, cast.lilei, Way.SMS, "+8613900002222", clock.now)
        assert not own_addresses.mine(conn, cast.lilei, clock.now)[0].proved


def test_of_a_file_with_two_wechats_the_one_that_wrote_is_taken(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        for openid in ("oFirst", "oSecond"):
            row = {"customer_id": cast.zhang, "channel": "wechat", "account": "main", "address": openid}
            conn.execute(insert(identity).values(changed_at=clock.now, following=True, **row))
        said = {"customer_id": cast.zhang, "direction": "in", "channel": "wechat", "kind": "text", "author": "customer"}

        def write(text: str, key: str, store: int) -> None:
            conn.execute(insert(message).values(store_id=store, text=text, provider_key=key, at=clock.now, **said))

        own_addresses.ask_wechat(conn, cast.lilei, clock.now, lambda signs: "A")
        write("A" * 10, "wechat:main:1-1-oSecond", cast.elsewhere_id)
        with pytest.raises(RuleBroken, match="还没有收到"):
            own_addresses.prove_wechat(conn, cast.lilei, clock.now)
        write("测试 " + "a" * 10, "wechat:main:2-1-oSecond", cast.store_id)
        own_addresses.prove_wechat(conn, cast.lilei, clock.now)
        (own,) = own_addresses.mine(conn, cast.lilei, clock.now)
        assert (own.way, own.account, own.address, own.proved) == (Way.CUSTOM, "main", "oSecond", True)
        own_addresses.ask_wechat(conn, cast.lilei, clock.now, lambda signs: "A")
        with pytest.raises(RuleBroken, match="还没有收到"):  # a message older than the code proves nothing
            own_addresses.prove_wechat(conn, cast.lilei, clock.now)
