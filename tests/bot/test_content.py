"""The facts the bot may say: what ships is sound, prices follow the list, an answer that ran out is none."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.catalogue import CarModel, Catalogue, Variant
from bot.faq import Entry, Faq
from bot.price_list import PriceList, ServiceItem
from config.load import load_content

SHIPPED = load_content(Path(__file__).parents[2] / "config")
TODAY = date(2026, 9, 17)
IDS = {
    "minor_maintenance", "major_maintenance", "first_service", "tyre", "brake_pads", "battery", "wiper",
    "interior_clean", "deodorize",
}  # fmt: skip
TOPICS = {
    "annual_inspection", "nev_inspection", "maintenance_cycle", "maintenance_overdue", "warranty", "outside_service",
    "recall", "charging", "winter_range", "warning_light", "compulsory_insurance", "accident_steps",
    "test_drive_requirement",
}  # fmt: skip


def test_the_shipped_content_holds_the_ids_others_rely_on() -> None:
    assert {each.id for each in SHIPPED.services.items} >= IDS
    assert {each.id for each in SHIPPED.faq.entries if each.about == "faq"} >= TOPICS
    assert all(each.source and each.reviewed for each in SHIPPED.faq.entries)


def test_a_dealer_without_content_says_nothing_of_ours(tmp_path: Path) -> None:
    assert load_content(tmp_path).catalogue.models == ()


@pytest.mark.handbook("H2.3.3")
@pytest.mark.parametrize(
    ("model", "price"), [("知行", (440, 660)), ("长风", (520, 780)), ("千帆", (680, 1010)), (None, (440, 1010))]
)
def test_a_price_is_the_lists_for_the_class_of_the_car(model: str | None, price: tuple[int, int]) -> None:
    item = SHIPPED.services.item("minor_maintenance")
    assert item is not None
    assert SHIPPED.services.price(item, SHIPPED.catalogue.find(model) if model else None) == price


@pytest.mark.parametrize(("said", "name"), [("长风", "长风"), ("长风 1.5T", "长风"), ("比亚迪", None), ("", None)])
def test_a_model_is_found_inside_a_longer_name(said: str, name: str | None) -> None:
    found = SHIPPED.catalogue.find(said)
    assert (found.name if found else None) == name


def test_models_are_named_in_the_order_of_the_text() -> None:
    assert [each.name for each in SHIPPED.catalogue.named_in("牧野和长风哪个好")] == ["牧野", "长风"]


def test_a_model_knows_its_cheapest_way_and_its_seats() -> None:
    found = SHIPPED.catalogue.find("牧野")
    assert found is not None
    assert (found.price_from, found.price_to, found.seats, found.energies) == (175800, 229800, (5, 7), ("phev",))


def test_an_answer_that_ran_out_is_none() -> None:
    given = Entry(
        id="recall", title="召回", answer="召回是免费的。", source="条例", reviewed=TODAY, valid_until=date(2026, 9, 16)
    )
    faq = Faq(entries=(given, given.model_copy(update={"id": "flood", "valid_until": TODAY})))
    assert faq.find("recall", TODAY) is None
    assert faq.find("flood", TODAY) is not None
    assert faq.find("flood", TODAY, "sales_terms") is None


def test_an_electric_car_gets_its_own_words() -> None:
    found = SHIPPED.faq.find("maintenance_cycle", TODAY)
    assert found is not None
    assert "10000公里" in found.words("ev")
    assert found.words("") == found.words("petrol") == found.answer


VARIANT = Variant(energy="ev", seats=5, price_from=1, price_to=2)
CAR = CarModel(name="甲", body="suv", variants=(VARIANT,))
ITEM = ServiceItem(id="a", name="甲", minutes=30, low=1, high=2)


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Variant(energy="ev", seats=5, price_from=3, price_to=2),
        lambda: Catalogue(models=(CAR, CAR)),
        lambda: ServiceItem(id="a", name="甲", minutes=30, low=3, high=2),
        lambda: PriceList(items=(ITEM, ITEM)),
        lambda: CarModel(name="甲", body="suv", variants=()),
    ],
)
def test_what_cannot_be_is_refused(mistake: object) -> None:
    with pytest.raises(ValidationError):
        mistake()  # type: ignore[operator]  # a table of lambdas
