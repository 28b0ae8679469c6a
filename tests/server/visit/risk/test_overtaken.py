"""Two pages of one patient: the form without script that another page overtook, and what is no answer beside danger."""

import pytest
from sqlalchemy import select

from server.house import House
from server.measures.tables import MeasureAnswer, MeasureFlag
from server.safety.alerts.tables import Alert
from tests.server.visit.conftest import Jo

pytestmark = pytest.mark.asyncio
HELP = 'class="measure-help" data-help tabindex="-1" aria'
JSON = {"accept": "application/json"}


async def calling(house: House) -> list[str]:
    return list(await house.db.read(lambda db: db.scalars(select(Alert.kind).where(Alert.closed_at.is_(None)))))


async def test_a_form_goes_to_its_end_though_its_first_answer_was_overtaken(jo: Jo, tap, house: House) -> None:
    await tap("phq9_1", 2)
    form = {"a-phq9_1": "0", "n-phq9_1": "0", "a-phq9_2": "1", "n-phq9_2": "0", "a-phq9_9": "3", "n-phq9_9": "0"}
    for _ in range(2):
        sent = await jo.browser.post(f"{jo.url}/measures/phq9", data=form | {"do": "send"})
        assert sent.status_code in {409, 422}
        assert HELP in sent.text
    assert await calling(house) == ["urgent"]
    assert len(list(await house.db.read(lambda db: db.scalars(select(MeasureAnswer.id))))) == 3


async def test_a_form_that_is_overtaken_in_danger_shows_help_and_calls_as_urgently(jo: Jo, tap, house: House) -> None:
    await tap("phq9_9", 0)
    form = {"a-phq9_9": "3", "n-phq9_9": "0", "do": "send"}
    sent = await jo.browser.post(f"{jo.url}/measures/phq9", data=form)
    assert sent.status_code == 409
    assert "You answered this on another page since" in sent.text
    assert HELP in sent.text
    assert await calling(house) == ["urgent"]


async def test_what_stands_beside_something_that_is_no_answer_is_kept_where_it_speaks_of_danger(
    jo: Jo, asks, house: House
) -> None:
    form = {"a-phq9_1": "1", "a-phq9_2": "7", "a-phq9_9": "2", "n-phq9_9": "x"}
    sent = await jo.browser.post(f"{jo.url}/measures/phq9", data=form)
    assert sent.status_code == 422
    assert HELP in sent.text
    assert await calling(house) == ["urgent"]
    assert list(await house.db.read(lambda db: db.scalars(select(MeasureFlag.item)))) == ["phq9_9"]


async def test_a_page_that_was_overtaken_is_told_who_can_see_what_it_said(jo: Jo, tap, house: House) -> None:
    await tap("phq9_9", 1)
    fields = {"item": "phq9_9", "value": "3", "number": "1"}
    sent = await jo.browser.post(f"{jo.url}/measures/phq9/answer", data=fields, headers=JSON)
    assert (sent.status_code, sent.json()["value"]) == (409, 1)
    assert sent.json()["watch"]
    assert await calling(house) == ["urgent"]
