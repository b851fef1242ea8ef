"""`/a/<token>`: an appointment, to confirm, move or cancel; one that was missed, to arrange anew (handbook H2.2.2).

What is pressed takes a turn, as what is typed does; places are settled there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response, request
from sqlalchemy import Connection

from bot.booking import STANDING, AppointmentState, Visit, Wanted
from bot.dealer import Dealer
from bot.links import ForgedLink, Link
from bot.messages import InboundKind
from bot.ports import Calendars
from handlers.pressed import VISIT_OPTION
from handlers.service_book import work_of
from handlers.times import shown
from store import appointments, visit_view
from store.engine import reading
from store.visit_view import VisitView
from web.page_parts import PageNeeds, page, paragraphs, take_turn, target

DAYS, A_DAY, LOOKED = 4, 3, 21  # days offered, times of each, days looked through
CLOCK = len("10:00")
CONFIRM, CANCEL = "好的", "来不了了，请取消预约"
WITH_A_PERSON = "同事正在为您服务，已经看到您的选择，会尽快与您确认。"


@dataclass(frozen=True, slots=True)
class VisitPages:
    """Whose hours, places and calendar count."""

    dealer: Dealer
    calendars: Calendars

    def free(self, conn: Connection, here: VisitView, now: datetime) -> list[list[datetime]]:
        """Times still free, by day, a few of each; the time it stands at is none of them."""
        config, visit = self.dealer.store(here.store_code), here.visit
        calendar, wanted = self.calendars.of(here.store_code), Wanted(visit.kind, visit.minutes, visit.model)
        today = now.astimezone(ZoneInfo(config.time_zone)).date()
        found: list[list[datetime]] = []
        for ahead in range(min(LOOKED, config.booking.ahead_days) + 1):
            day = today + timedelta(days=ahead)
            times = appointments.free_times(conn, here.store_id, config, calendar, wanted, day, now)
            kept = _spread([each for each in times if each != visit.starts_at])
            found += [kept] if kept else []
            if len(found) == DAYS:
                break
        return found

    def what(self, here: VisitView) -> str:
        if here.visit.kind is Visit.TEST_DRIVE:
            return f"试驾{here.visit.model}"
        return work_of(here.visit.service, self.dealer.content)[0]


def show(needs: PageNeeds, pages: VisitPages, token: str) -> Response:
    return _shown(needs, pages, _here(needs, token), [])


def answered(needs: PageNeeds, pages: VisitPages, token: str) -> Response:
    here = _here(needs, token)
    pressed = _pressed(here, needs.clock.business())
    if pressed is None:
        return _shown(needs, pages, here, [], 422)
    prompt_id = needs.writer.run(lambda conn: visit_view.prompt_for(conn, here, needs.clock.business()))
    option, text = pressed
    said = paragraphs(take_turn(needs, prompt_id, InboundKind.ANSWER, text, option=option))
    return _shown(needs, pages, _here(needs, token), said or [[(WITH_A_PERSON, "")]])


def _here(needs: PageNeeds, token: str) -> VisitView:
    appointment_id, customer_id = target(needs, Link.VISIT, token).ids
    with reading(needs.engine) as conn:
        found = visit_view.view(conn, appointment_id, customer_id)
    if found is None:
        raise ForgedLink("no such appointment")
    return found


def stage(here: VisitView, now: datetime) -> str:
    """open | missed | cancelled | over."""
    visit = here.visit
    if visit.state in STANDING and visit.starts_at > now:
        return "open"
    known = {AppointmentState.NO_SHOW: "missed", AppointmentState.CANCELLED: "cancelled"}
    return known.get(visit.state, "over")


def _pressed(here: VisitView, now: datetime) -> tuple[str, str] | None:
    """(option, the same in words for the conversation); None for what this appointment does not take any more, or for
    no time chosen."""
    at, reply = stage(here, now), request.form.get("reply", "")
    if at == "open" and reply in ("come", "cancel"):
        return VISIT_OPTION + reply, CONFIRM if reply == "come" else CANCEL
    if at not in ("open", "missed") or reply != "move":
        return None
    start = _instant(request.form.get("time", ""))
    if start is None or start <= now:
        return None
    local = start.astimezone(ZoneInfo(here.house.zone))
    return f"{VISIT_OPTION}{local:%Y-%m-%dT%H:%M}", f"改到{local.month}月{local.day}日{local:%H:%M}"


def _instant(given: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _shown(needs: PageNeeds, pages: VisitPages, here: VisitView, said: Sequence[object], status: int = 200) -> Response:
    now = needs.clock.business()
    at = stage(here, now)
    with reading(needs.engine) as conn:
        free = pages.free(conn, here, now) if at in ("open", "missed") else []
    zone = here.house.zone
    return page(
        "visit",
        here.house,
        status,
        here=here,
        stage=at,
        what=pages.what(here),
        when=shown(here.visit.starts_at, zone),
        address=pages.dealer.store(here.store_code).address,
        drive=here.visit.kind is Visit.TEST_DRIVE,
        confirmed=here.visit.state is AppointmentState.CONFIRMED,
        days=[_day(times, zone) for times in free],
        said=said,
        missing=status == 422,
        submission=needs.chance(),
    )


def _day(times: Sequence[datetime], zone: str) -> tuple[str, list[tuple[str, str]]]:
    """9月19日（周六）, and each time as it is sent in and as it is read."""
    words = [shown(each, zone) for each in times]
    return words[0][:-CLOCK], [(each.isoformat(), said[-CLOCK:]) for each, said in zip(times, words, strict=True)]


def _spread(times: Sequence[datetime]) -> list[datetime]:
    """The first, the middle and the last: one of them suits most people."""
    if len(times) <= A_DAY:
        return list(times)
    return [times[0], times[len(times) // 2], times[-1]]
