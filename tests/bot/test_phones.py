"""Numbers as dealers' spreadsheets really hold them (sms.md §6)."""

import pytest

from bot.phones import BadPhone, Phone, parse_phone

MOBILE = "+8613900000001"


@pytest.mark.parametrize(
    "written",
    [
        "13900000001",
        "8613900000001",
        "+8613900000001",
        "008613900000001",
        "1795113900000001",
        "017951 13900000001",
        "139 0000 0001",
        "139-0000-0001",
        "１３９０００００００１",
        "手机13900000001",
        "手机：13900000001",
        "13900000001.0",
        "1.3900000001E10",
        "1.3900000001e+10",
        "'13900000001",
        "13900000001\t",
        "\u00a013900000001\u00a0",
        "\u202a13900000001\u202c",
        "(+86)13900000001",
    ],
)
def test_one_mobile_number_however_written(written: str) -> None:
    assert parse_phone(written) == Phone(MOBILE, sms=True)


@pytest.mark.parametrize("prefix", ["147", "162", "165", "167", "171", "190", "192", "199"])
def test_every_live_prefix_takes_sms(prefix: str) -> None:
    """Virtual operators (162, 165, 167, 170, 171) included."""
    assert parse_phone(prefix + "00000001").sms


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("0571-88886666", "+8657188886666"),
        ("010 65001234", "+861065001234"),
        ("4008001234", "+864008001234"),
        ("+852 5123 4567", "+85251234567"),
        ("+853 66123456", "+85366123456"),
    ],
)
def test_what_only_a_person_can_call(written: str, e164: str) -> None:
    assert parse_phone(written) == Phone(e164, sms=False)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "empty"),
        ("  \t", "empty"),
        ("13900000001/13800000002", "several"),
        ("13900000001、13800000002", "several"),
        ("13900000001 或 13800000002", "several"),
        ("0571-88886666转1", "several"),
        ("1" * 100, "several"),
        ("1.39E+10", "cut"),
        ("1.39e10", "cut"),
        ("1390000000", "not_a_number"),
        ("139000000012", "not_a_number"),
        ("14100000001", "not_a_number"),
        ("12000000001", "not_a_number"),
        ("王先生", "not_a_number"),
        ("无", "not_a_number"),
        ("0", "not_a_number"),
    ],
)
def test_no_number_is_guessed(written: str, code: str) -> None:
    with pytest.raises(BadPhone) as refused:
        parse_phone(written)
    assert refused.value.code == code


@pytest.mark.parametrize("written", ["1390000000199", "13900000001/13800000002"])
def test_the_error_does_not_repeat_the_number(written: str) -> None:
    with pytest.raises(BadPhone) as refused:
        parse_phone(written)
    assert "1390000" not in str(refused.value)
