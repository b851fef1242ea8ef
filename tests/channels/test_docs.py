"""docs/channels.md says of every code what the tables say."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.dealer import MiniProgram, WeChatAccount, WeChatSubscription, WeChatTemplate
from channels.email_codes import GONE, GONE_BARE, LOG_IN_FIRST, EmailClass
from channels.sms_aliyun_codes import RULES as ALIYUN
from channels.sms_errors import BLACKLISTED, SmsClass, SmsRule
from channels.sms_tencent_codes import RULES as TENCENT
from channels.wechat.errors import RULES as WECHAT
from channels.wechat.errors import Reaction
from channels.wechat.template import TYPES

DOC = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")


def table(title: str) -> dict[str, list[str]]:
    """First cell → the other cells, of the first table under a heading."""
    section = DOC.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows[2:]}


def test_every_wechat_code_stands_in_the_docs_with_its_reaction() -> None:
    shown = {
        int(code): reaction.strip("`")
        for reaction, (_, codes) in table("WeChat codes").items()
        for code in re.findall(r"-?\d+", codes)
    }
    assert shown == {code: rule.reaction.value for code, rule in WECHAT.items()}


def test_every_reaction_and_class_is_explained() -> None:
    assert set(table("WeChat codes")) == {f"`{each}`" for each in Reaction}
    assert set(table("Aliyun codes")) | set(table("Tencent codes")) == {f"`{each}`" for each in SmsClass}


@pytest.mark.parametrize(("title", "rules"), [("Aliyun codes", ALIYUN), ("Tencent codes", TENCENT)])
def test_every_sms_code_stands_in_the_docs_with_its_class(title: str, rules: Mapping[str, SmsRule]) -> None:
    shown = {
        code: kind.strip("`")
        for kind, (_, codes) in table(title).items()
        for code in re.findall(r"`([\w.]+[*]?)`", codes)
    }
    assert shown == {code: rule.kind.value for code, rule in rules.items()}


def test_refusing_receipts_and_field_types_stand_in_the_docs() -> None:
    for name in (*BLACKLISTED - {"TUIDING"}, *TYPES):
        assert f"`{name}`" in DOC


def test_every_key_of_an_account_and_its_notices_is_explained() -> None:
    section = DOC.split("## A WeChat account in dealer.yaml\n", 1)[1].split("\n## ", 1)[0]
    keys = {
        name for row in re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    named = set(WeChatTemplate.model_fields) | set(WeChatSubscription.model_fields)
    assert keys == set(WeChatAccount.model_fields) | named
    assert all(f"`{name}`" in section for name in MiniProgram.model_fields)


def test_every_class_of_a_mail_servers_answer_is_explained() -> None:
    shown = table("E-mail")
    assert set(shown) == {f"`{each}`" for each in EmailClass}
    gone = shown["`gone`"][1]
    assert set(re.findall(r"5\.(\d+\.\d+)", gone)) == GONE
    assert {int(each) for each in re.findall(r"\b5\d\d\b", gone)} == GONE_BARE
    assert {int(each) for each in re.findall(r"\b53\d\b", shown["`stop`"][1])} == LOG_IN_FIRST
