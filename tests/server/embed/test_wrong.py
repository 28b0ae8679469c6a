"""What goes wrong inside a frame is said there, may be shown there, and leads on from there."""

import re
from html import unescape

import httpx2
import pytest

from server.booking import changes, pages
from server.booking.passes import pass_of
from server.errors import Conflict, Gone, TooLarge, Unavailable, Unprocessable
from tests.server.booking.linden import Linden, booked
from tests.server.embed.conftest import SITE
from tests.server.embed.test_frames import framing

pytestmark = pytest.mark.asyncio
ASKED = f"at={SITE}&tz=Europe/Lisbon&lang=ar&theme=dark"
BROKEN = (Conflict(), Gone(), TooLarge(), Unprocessable(), Unavailable(), RuntimeError("nobody thought of this"))


def steps(page: str) -> list[str]:
    """Where the buttons of a page lead."""
    return [unescape(href) for href in re.findall(r'<a class="button[^"]*" href="([^"]+)"', page)]


@pytest.fixture(params=BROKEN, ids=lambda problem: type(problem).__name__)
def broken(request, monkeypatch) -> None:
    """What is sent goes wrong like this; the page that leads on works."""

    async def fails(*_asked: object) -> None:
        raise request.param

    monkeypatch.setattr(pages, "text_fields", fails)


@pytest.mark.usefixtures("broken")
async def test_whatever_goes_wrong_is_framed_and_leads_on_in_the_frame(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    answer = await client.post(f"/embed/c/linden/book?{ASKED}", data={})
    assert answer.status_code >= 400
    assert framing(answer) == SITE
    assert "x-frame-options" not in answer.headers
    [step] = steps(answer.text)
    assert step.startswith("/embed/c/linden?")
    on = await client.get(step)
    assert (on.status_code, framing(on)) == (200, SITE)
    assert '<html lang="ar" dir="rtl" data-theme="dark"' in on.text


async def test_a_therapist_who_is_not_there_leads_to_the_clinic_in_the_frame(
    client: httpx2.AsyncClient, linden: Linden
) -> None:
    answer = await client.get(f"/embed/c/linden/nobody?{ASKED}")
    [step] = steps(answer.text)
    assert (answer.status_code, framing(on := await client.get(step))) == (404, SITE)
    assert on.status_code == 200


async def test_what_nobody_knows_may_be_framed_and_opens_a_tab(client: httpx2.AsyncClient, linden: Linden) -> None:
    for path in ("/embed/c/nowhere", "/embed/visit/none", "/embed/c/linden/a/b/c"):
        answer = await client.get(f"{path}?{ASKED}")
        assert (answer.status_code, framing(answer)) == (404, SITE), path
        assert 'target="_blank"' in answer.text
        assert steps(answer.text) == ["/"]
    other = await client.get("/embed/c/nowhere?at=nonsense")
    assert framing(other) == "'none'"


async def test_what_cannot_be_changed_any_more_leads_to_the_booking_in_the_frame(
    client: httpx2.AsyncClient, house, linden: Linden, monkeypatch
) -> None:
    async def overtaken(*_asked: object) -> None:
        raise Conflict()

    made = await booked(house, linden)
    address = f"/embed/visit/{made.card.public_id}"
    asked = f"{ASKED}&pass={pass_of(house.keys, made.card.public_id, house.clock())}"
    monkeypatch.setattr(changes, "text_fields", overtaken)
    for what in ("move", "cancel"):
        answer = await client.post(f"{address}/{what}?{asked}", data={})
        assert (answer.status_code, framing(answer)) == (409, SITE)
        [step] = steps(answer.text)
        on = await client.get(step)
        assert (on.status_code, framing(on), step.partition("?")[0]) == (200, SITE, address)
