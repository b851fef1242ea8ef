"""Which cars fit what somebody said: hard filters, then a rank, each with reasons in their own words (H1.3.1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.catalogue import BODY_NAMES, ENERGY_NAMES, CarModel, Catalogue, Variant
from bot.needs import ABOUT, WORDS, Needs, budget_words, wan

SHOWN = 3
UNKNOWN = "暂无数据"
FOR_A_PURPOSE, IN_THE_BUDGET, NO_PLUG = 10, 4, 2  # a purpose outweighs everything else that is merely better
LOW = 70  # percent of a budget below which a car is another class
WITHIN = 92  # percent of a ceiling that leaves room for tax and insurance


@dataclass(frozen=True, slots=True)
class Advice:
    """variant: the cheapest way that fits. over: CNY above the budget, 0 when within."""

    model: CarModel
    variant: Variant
    reasons: tuple[str, ...]
    score: int
    over: int = 0


def advise(catalogue: Catalogue, needs: Needs) -> tuple[Advice, ...]:
    """At most three that pass every filter, best first; empty when none does."""
    found = [made for model in catalogue.models if (made := _advice(model, needs)) is not None]
    amount = needs.budget_max or needs.budget_about or needs.budget_min
    return tuple(sorted(found, key=lambda each: (-each.score, _apart(each.model, amount)))[:SHOWN])


def nearest(catalogue: Catalogue, needs: Needs) -> Advice | None:
    """The cheapest that passes everything but the budget, with how far it is above."""
    free = replace(needs, budget_about=None, budget_max=None, budget_min=None)
    found = advise(catalogue, free)
    if not found or needs.ceiling is None:
        return found[0] if found else None
    best = min(found, key=lambda each: each.variant.price_from)
    over = max(0, best.variant.price_from - needs.ceiling)
    return Advice(best.model, best.variant, best.reasons, best.score, over)


def compared(models: Sequence[CarModel]) -> list[tuple[str, tuple[str, ...]]]:
    """The same fields of each, row by row; what the catalogue does not hold is 暂无数据 (H2.1.2)."""
    fields: tuple[tuple[str, Callable[[CarModel], str]], ...] = (
        ("指导价", lambda each: f"{wan(each.price_from)}–{wan(each.price_to)}"),
        ("车身", lambda each: BODY_NAMES[each.body]),
        ("座位", lambda each: "/".join(str(seats) for seats in each.seats)),
        ("能源", lambda each: "、".join(ENERGY_NAMES[kind] for kind in each.energies)),
        ("车长", lambda each: f"{each.length_m:.2f}米" if each.length_m else UNKNOWN),
        ("纯电续航", lambda each: f"{each.electric_km}公里" if each.electric_km else UNKNOWN),
        ("综合续航", lambda each: f"{each.total_km}公里" if each.total_km else UNKNOWN),
        ("油耗", lambda each: f"{each.consumption_l}升/百公里" if each.consumption_l else UNKNOWN),
    )
    return [(name, tuple(shown(each) for each in models)) for name, shown in fields]


def _apart(model: CarModel, amount: int | None) -> int:
    """Among equals the one nearest to what may be spent; the cheapest where nothing was said."""
    return model.price_from if amount is None else abs((model.price_from + model.price_to) // 2 - amount)


def _advice(model: CarModel, needs: Needs) -> Advice | None:
    fitting = [each for each in model.variants if _passes(model, each, needs)]
    if not fitting:
        return None
    variant = min(fitting, key=lambda each: each.price_from)
    matched = [each for each in needs.purpose if each in model.purposes]
    inside = needs.has_budget and _inside(model, variant, needs)
    plug = needs.home_charger is False and not model.needs_charger
    score = FOR_A_PURPOSE * len(matched) + IN_THE_BUDGET * inside + NO_PLUG * plug
    return Advice(model, variant, _reasons(model, variant, matched, needs), score)


def _passes(model: CarModel, variant: Variant, needs: Needs) -> bool:
    floor = needs.budget_min or (needs.budget_about or 0) * LOW // 100
    return (
        (needs.ceiling is None or variant.price_from <= needs.ceiling)
        and variant.price_to >= floor
        and (needs.seats_min is None or variant.seats >= needs.seats_min)
        and (not needs.energy or variant.energy == needs.energy)
        and (not needs.body or model.body in needs.body)
        and not (needs.home_charger is False and model.needs_charger)
    )


def _inside(model: CarModel, variant: Variant, needs: Needs) -> bool:
    """Well within what may be spent, as tax and insurance come on top of a guide price; or round what was named."""
    if needs.budget_max is not None:
        return variant.price_from * 100 <= needs.budget_max * WITHIN and model.price_to * 100 >= needs.budget_max * LOW
    amount = needs.budget_about or needs.budget_min or 0
    return variant.price_from <= amount <= model.price_to * (100 + ABOUT) // 100


def _reasons(model: CarModel, variant: Variant, matched: Sequence[str], needs: Needs) -> tuple[str, ...]:
    """What they said, then the fact of the catalogue; at least two, the price being one of them."""
    found = [f"{WORDS.get(each, each)}：{model.purposes[each]}" for each in matched]
    if needs.seats_min:
        found.append(f"{needs.seats_min}座：有{variant.seats}座")
    if needs.energy:
        found.append(f"有{ENERGY_NAMES[variant.energy]}的")
    if needs.home_charger is False:
        found.append("没有家用桩：不充电也能开")
    if needs.body:
        found.append(f"{BODY_NAMES[model.body]}车身")
    budget = budget_words(needs)
    found.append(f"预算{budget}：{wan(variant.price_from)}起" if budget else f"指导价{wan(variant.price_from)}起")
    if len(found) == 1:
        found.append(f"{BODY_NAMES[model.body]}，{variant.seats}座，{ENERGY_NAMES[variant.energy]}")
    return tuple(found)
