"""What a clinic asks: chosen by its admin, with measures of its own, each kept in the version it was used in."""

import json
import re
from copy import deepcopy

import pytest
import pytest_asyncio

from server.access import Role
from server.measures import store
from server.measures.catalogue import shipped, shipped_data
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio
PATH = "/staff/clinic/measures"


@pytest_asyncio.fixture
async def clinic(client, house):
    made = await make_clinic(house)
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


async def press(client, seen: int = 0, **when: str):
    return await client.post(PATH, data={"seen": seen, **{f"when_{key}": word for key, word in when.items()}})


async def setting(house, clinic):
    return await house.db.read(lambda db: store.setting_of(db, clinic.id))


async def bring(client, data: object):
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return await client.post(f"{PATH}/own", files={"file": ("own.json", text, "application/json")})


def own(**change) -> dict:
    return {**deepcopy(dict(shipped_data()["gad2"])), "id": "sleep2", "name": "Sleep", **change}


async def test_nothing_is_asked_before_somebody_chose(client, house, clinic) -> None:
    page = (await client.get(PATH)).text
    assert "No measure is asked yet" in page
    assert (await setting(house, clinic)).rules == ()


async def test_what_is_chosen_is_kept_in_the_version_of_today(client, house, clinic) -> None:
    assert (await press(client, phq9="visit", gad7="weekly")).status_code == 303
    kept = await setting(house, clinic)
    assert [(rule.key, rule.when) for rule in kept.rules] == [("gad7", "weekly"), ("phq9", "visit")]
    versions = await house.db.read(lambda db: store.versions_of(db, clinic.id))
    assert {one.instrument for one in versions.values()} == {shipped()["phq9"], shipped()["gad7"]}
    assert "2 measures are in use" in (await client.get(PATH)).text
    assert (await press(client, 1, phq9="visit")).status_code == 303
    assert len(await house.db.read(lambda db: store.versions_of(db, clinic.id))) == 2, "the same is kept once"


async def test_of_two_admins_the_second_reads_that_somebody_was_faster(client, house, clinic) -> None:
    await press(client, phq9="visit")
    assert (await press(client, gad7="visit")).status_code == 409
    assert [rule.key for rule in (await setting(house, clinic)).rules] == ["phq9"]


async def test_words_that_are_no_rule_and_measures_without_words_are_left_out(client, house, clinic) -> None:
    await press(client, phq9="hourly", isi="visit", nobody="visit")
    assert (await setting(house, clinic)).rules == ()


async def test_a_file_of_their_own_can_be_seen_and_used(client, house, clinic) -> None:
    added = await bring(client, own())
    assert added.headers["location"] == f"{PATH}/sleep2?notice=kept"
    assert "Feeling nervous, anxious or on edge" in (await client.get(f"{PATH}/sleep2")).text
    assert (await press(client, sleep2="intake")).status_code == 303
    assert [rule.key for rule in (await setting(house, clinic)).rules] == ["sleep2"]


def without_flags(key: str, **change) -> dict:
    return {**deepcopy(dict(shipped_data()[key])), "flags": [], **change}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (without_flags("phq9"), "Question 9 asks about danger, and this file raises no alert for it."),
        (without_flags("phq9", id="phq9-de", name="Gesundheit"), "Question 9 asks about danger"),
        (without_flags("phq9", id="mood", name="PHQ-9 (our words)"), "Question 9 asks about danger"),
        (without_flags("asq"), "Questions 1, 2, 3, 4, 5 ask about danger"),
        (without_flags("epds", id="afterbirth", name="EPDS"), "Question 10 asks about danger"),
    ],
)
async def test_a_file_that_raises_no_alert_where_one_is_due_says_so_plainly(client, house, clinic, data, says) -> None:
    added = await bring(client, data)
    assert added.status_code == 303, added.text
    assert says in (await client.get(added.headers["location"])).text
    assert data.get("shell") or says in (await client.get(PATH)).text, "a shell is never asked"


async def test_a_file_with_its_flags_and_one_that_asks_nothing_of_the_kind_are_not_warned_about(
    client, house, clinic
) -> None:
    for data in (own(), {**deepcopy(dict(shipped_data()["phq9"])), "version": "ours"}, without_flags("phq2")):
        added = await bring(client, data)
        assert "asks about danger" not in (await client.get(added.headers["location"])).text
    assert "about danger, and" not in (await client.get(PATH)).text


async def test_a_file_that_is_wrong_says_where_and_nothing_is_kept(client, house, clinic) -> None:
    wrong = own()
    wrong["items"][1]["text"] = ""
    answer = await bring(client, wrong)
    assert answer.status_code == 422
    assert re.search(r'<code dir="ltr">items\.1\.text</code>', answer.text)
    assert (await bring(client, b"\x00")).status_code == 422
    assert (await client.post(f"{PATH}/own", data={})).status_code == 422
    assert await house.db.read(lambda db: store.versions_of(db, clinic.id)) == {}


async def test_words_in_a_file_are_words_on_the_page(client, clinic) -> None:
    wild = own(title="<script>alert(1)</script>")
    await bring(client, wild)
    page = (await client.get(f"{PATH}/sleep2")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


async def test_who_has_permission_fills_a_shell_with_their_own_file(client, house, clinic) -> None:
    mine = deepcopy(dict(shipped_data()["isi"]))
    mine |= {"shell": False, "options": [{"value": n, "text": str(n)} for n in range(5)]}
    mine["items"] = [{**item, "text": f"Question {at}"} for at, item in enumerate(mine["items"])]
    assert (await bring(client, mine)).status_code == 303
    await press(client, isi="visit")
    assert [rule.key for rule in (await setting(house, clinic)).rules] == ["isi"]


async def test_every_preview_names_source_and_permission(client, clinic) -> None:
    for key, one in shipped().items():
        page = (await client.get(f"{PATH}/{key}")).text
        assert one.title.split("(")[0] in page
        assert "Permission" in page
    assert (await client.get(f"{PATH}/nobody")).status_code == 404
