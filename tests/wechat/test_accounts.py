"""Two accounts of two stores in one house: each with its own key, its own customers, its own way out."""

from typing import Any

import pytest
import requests

from bot.messages import Category, Priority, Way
from sandbox.accounts import our_accounts
from sandbox.wechat_push import envelope, message
from store import outbox
from store.engine import writing
from store.tables import contact, people
from store.tables.outbound import outbox as outbox_table
from tests.whole_house import WholeHouse

TEXT = {"MsgType": "text", "Content": "你好", "MsgId": 71}


def posted(here: WholeHouse, to: str, made_by: str) -> requests.Response:
    """A push of one account's, knocked at another's address."""
    house = here.house
    by = our_accounts(house.settings, house.dealer, house.accounts)[made_by]
    now = int(here.house.clock.business().timestamp())
    query, body = envelope(by, "o1", message(by, "o1", now, TEXT), now)
    return requests.post(f"{here.web}/wechat/{to}", params=query, data=body.encode(), timeout=20)


@pytest.mark.parametrize(("to", "made_by", "status"), [
    ("main", "main", 200), ("xixi", "xixi", 200), ("main", "xixi", 403), ("xixi", "main", 403),
])  # fmt: skip
def test_a_push_is_read_with_its_own_key_only(here: WholeHouse, to: str, made_by: str, status: int) -> None:
    assert posted(here, to, made_by).status_code == status
    assert len(here.rows(contact.message, direction="in")) == (status == 200)


def stores(here: WholeHouse) -> dict[str, str]:
    """account → code of the store its follower belongs to."""
    codes = {row.id: row.code for row in here.rows(people.store)}
    homes = {row.id: codes[row.store_id] for row in here.rows(people.customer)}
    return {row.account: homes[row.customer_id] for row in here.rows(people.identity)}


def test_a_customer_of_each_belongs_to_its_store(here: WholeHouse) -> None:
    for account in ("main", "xixi"):
        here.said("o1", "text", {"content": "你好", "account": account, "msg_id": "71"})
    assert stores(here) == {"main": "binjiang", "xixi": "xixi"}
    assert len(here.rows(contact.message, direction="in")) == 2  # the same number at another account is another message
    assert {row.account for row in here.rows(contact.wechat_window)} == {"main", "xixi"}


def test_what_goes_out_goes_by_its_own_account(here: WholeHouse) -> None:
    for account in ("main", "xixi"):
        here.said("o1", "text", {"content": "你好", "account": account})
    customers = {row.account: row.customer_id for row in here.rows(people.identity)}
    for account, customer_id in customers.items():
        _enqueue(here, account, customer_id)
    here.work()
    assert {row.state for row in here.rows(outbox_table)} == {"accepted"}
    for account in customers:
        sent = here.control(f"wechat/o1/messages?account={account}")
        assert [line["text"] for line in sent if line["kind"] == "custom"] == [f"来自{account}"]


def _enqueue(here: WholeHouse, account: str, customer_id: int) -> None:
    row: dict[str, Any] = {"way": Way.CUSTOM, "category": Category.SERVICE, "priority": Priority.REPLY}
    with writing(here.house.engine) as conn:
        outbox.enqueue(
            conn, store_id=here.cast.store_id, customer_id=customer_id, account=account, address="o1",
            payload={"text": f"来自{account}"}, out_id=f"t-{account}", not_before=here.house.clock.business(), **row,
        )  # fmt: skip


def test_leaving_one_account_leaves_the_other_alone(here: WholeHouse) -> None:
    for account in ("main", "xixi"):
        here.said("o1", "text", {"content": "你好", "account": account})
    here.said("o1", "unfollow", {"account": "xixi"})
    assert {row.account: row.following for row in here.rows(people.identity)} == {"main": True, "xixi": False}
    assert [row.account for row in here.rows(contact.wechat_window)] == ["main"]
