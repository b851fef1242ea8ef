"""Secrets are shown once and kept as hashes."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from store.engine import reading, writing
from store.tables.people import bind_token
from store.tables.staff import api_token
from store.tokens import ApiCaller, api_caller, hashed, new_api_token, new_bind_code, revoke_api_tokens
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_store


def test_a_token_is_known_by_its_hash_alone(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as conn:
        store_id = a_store(conn)
        token = new_api_token(conn, store_id, "DMS", clock.now)
    with reading(engine) as conn:
        row = conn.execute(select(api_token)).one()
        assert api_caller(conn, token) == ApiCaller(row.id, store_id, "DMS")
    assert token not in str(row)
    assert row.token_hash == hashed(token)


@pytest.mark.parametrize("other", ["", "hf_", "hf_" + "x" * 43, "\udcff", "汉"])
def test_nobody_else_is_let_in(engine: Engine, clock: StillClock, other: str) -> None:
    with writing(engine) as conn:
        new_api_token(conn, a_store(conn), "DMS", clock.now)
        assert api_caller(conn, other) is None


def test_a_revoked_token_is_nobody(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as conn:
        store_id = a_store(conn)
        old, kept = (new_api_token(conn, store_id, name, clock.now) for name in ("DMS", "BI"))
        assert revoke_api_tokens(conn, store_id, "DMS", clock.now) == 1
        assert api_caller(conn, old) is None
        assert api_caller(conn, kept) is not None


def test_a_bind_code_is_a_scene_for_thirty_days(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as conn:
        customer_id = a_customer(conn, a_store(conn))
        code = new_bind_code(conn, customer_id, None, clock.now)
        row = conn.execute(select(bind_token)).one()
    assert re.fullmatch(r"bind:[A-Za-z0-9_-]{32}", code.scene)
    assert code.expires_at == row.expires_at == clock.now + timedelta(days=30)
    assert row.token_hash == hashed(code.scene.removeprefix("bind:"))
    assert (row.customer_id, row.used_at) == (customer_id, None)


def test_two_codes_are_never_alike(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as conn:
        customer_id = a_customer(conn, a_store(conn))
        assert len({new_bind_code(conn, customer_id, None, clock.now).scene for _ in range(50)}) == 50
