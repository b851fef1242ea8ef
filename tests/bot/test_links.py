"""Links to customer pages: made by us, for one page, until an instant of business time."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.links import ExpiredLink, ForgedLink, Link, Links, halves

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
UNTIL = NOW + timedelta(days=7)
LINKS = Links("a secret of the house", "https://car.example/")


def token_of(url: str) -> str:
    return url.rsplit("/", 1)[1]


@pytest.mark.parametrize(
    ("url", "link", "ids"),
    [
        (LINKS.survey(7, UNTIL), Link.SURVEY, (7,)),
        (LINKS.quote(5, 7, UNTIL), Link.QUOTE, (5, 7)),
        (LINKS.event(3, 12345678901, UNTIL), Link.EVENT, (3, 12345678901)),
        (LINKS.unsubscribe(0, UNTIL), Link.UNSUBSCRIBE, (0,)),
        (LINKS.cars(9, UNTIL), Link.CARS, (9,)),
    ],
)
def test_a_link_says_what_it_was_made_for(url: str, link: Link, ids: tuple[int, ...]) -> None:
    assert url.startswith(f"https://car.example/{link.value}/")
    target = LINKS.read(link, token_of(url), NOW)
    assert (target.link, target.ids, target.expires_at) == (link, ids, UNTIL)


def test_it_is_short_and_survives_an_sms() -> None:
    for prompt in range(1, 400):
        url = LINKS.survey(prompt, UNTIL)
        assert re.fullmatch(r"[A-Za-z0-9_-]{27}\.[0-9a-z-]*[0-9a-z]", token_of(url))
        assert len(url) <= 70


def test_it_ends_at_its_instant_of_business_time() -> None:
    token = token_of(LINKS.survey(7, UNTIL))
    assert LINKS.read(Link.SURVEY, token, UNTIL - timedelta(seconds=1)).ids == (7,)
    with pytest.raises(ExpiredLink):
        LINKS.read(Link.SURVEY, token, UNTIL)


@pytest.mark.parametrize("other", [link for link in Link if link is not Link.SURVEY])
def test_a_link_of_one_page_opens_no_other(other: Link) -> None:
    with pytest.raises(ForgedLink):
        LINKS.read(other, token_of(LINKS.survey(7, UNTIL)), NOW)


def test_its_halves_fit_into_two_variables_of_an_sms() -> None:
    url = LINKS.quote(60_000_000, 60_000_000, UNTIL)
    seal, place = halves(url)
    assert f"https://car.example/q/{seal}.{place}" == url
    assert (len(seal), len(place) <= 35, halves("")) == (27, True, ("", ""))


def test_a_files_link_ends_with_a_day() -> None:
    first, later = LINKS.file(8, 7, NOW), LINKS.file(8, 7, NOW + timedelta(hours=3))
    assert first == later
    assert LINKS.read(Link.FILE, token_of(first), NOW + timedelta(days=89)).ids == (8, 7)
    with pytest.raises(ExpiredLink):
        LINKS.read(Link.FILE, token_of(first), NOW + timedelta(days=90))


def test_another_house_cannot_make_it() -> None:
    stranger = Links("another secret", "https://car.example")
    with pytest.raises(ForgedLink):
        LINKS.read(Link.SURVEY, token_of(stranger.survey(7, UNTIL)), NOW)


@pytest.mark.parametrize("token", ["", ".", "abc", "a.b", "x" * 5000, "\x00.1", "汉.字", "..", "-" * 27 + ".1-2"])
def test_rubbish_is_refused(token: str) -> None:
    with pytest.raises(ForgedLink):
        LINKS.read(Link.SURVEY, token, NOW)


def test_one_changed_character_is_refused() -> None:
    token = token_of(LINKS.survey(7, UNTIL))
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(ForgedLink):
            LINKS.read(Link.SURVEY, token[:place] + other + token[place + 1 :], NOW)


def test_status_for_the_page() -> None:
    assert (ForgedLink.status, ExpiredLink.status) == (404, 410)
