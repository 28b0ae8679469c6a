"""An entry of mood: kept once, read by whom its patient says, and really gone when it is deleted."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.server.journal.cbt.said import thought
from tests.server.journal.said import NOTE, TAG, said

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}
DAY = timedelta(days=1)


async def rows(house, table: str) -> int:
    return await house.db.read(lambda db: db.scalar(text(f"SELECT count(*) FROM {table}")))


async def test_it_works_as_a_form_and_what_is_sent_twice_is_kept_once(house, phone) -> None:
    page = (await phone.get("/me/mood")).text
    own = re.findall(r'name="id" value="([^"]+)"', page)[0]
    entry = said(id=own, note=NOTE, new=f"{TAG}, walking")
    for _ in range(2):
        answer = await phone.post("/me/mood", data=entry)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me/mood/back?notice=kept")
    assert (await phone.post("/me/mood", data=entry, headers=JSON)).json() == {"kept": own}
    assert (await rows(house, "journal_entries"), await rows(house, "journal_ids")) == (1, 1)
    days = (await phone.get("/me/mood/days")).text
    assert NOTE in days
    assert "only you" in days
    assert f'value="{TAG}"' in (await phone.get("/me/mood")).text, "an own tag stands on the form from now on"
    assert "You wrote last on" in (await phone.get("/me")).text


async def test_an_id_that_was_used_keeps_nothing_else_and_shows_what_was_sent(house, phone, clock) -> None:
    first = said(note=NOTE)
    await phone.post("/me/mood", data=first)
    for other in ({"note": "other words"}, {"mood": "2"}, {"share": "all"}, {"day": str(clock.now.date() - DAY)}):
        answer = await phone.post("/me/mood", data=first | other)
        assert answer.status_code == 409, other
        assert f'value="{first["id"]}"' not in answer.text, "it is an entry of its own once it is kept"
        refused = await phone.post("/me/mood", data=first | other, headers=JSON)
        assert (refused.status_code, refused.json()) == (409, {"reasons": {"id": "used"}})
    answer = await phone.post("/me/mood", data=first | {"note": "other words", "mood": "2"})
    assert "This is not kept yet." in answer.text
    assert "other words" in answer.text
    assert re.search(r'name="mood" value="2" checked', answer.text)
    assert (await phone.post("/me/tools/thought", data=thought(id=first["id"]))).status_code == 409
    assert await rows(house, "journal_entries") == 1
    days = (await phone.get("/me/mood/days")).text
    assert (NOTE in days, "other words" in days) == (True, False)
    fresh = re.findall(r'name="id" value="([^"]+)"', answer.text)[0]
    assert (await phone.post("/me/mood", data=first | {"id": fresh, "note": "other words"})).status_code == 303
    assert "other words" in (await phone.get("/me/mood/days")).text


async def test_sent_twice_around_midnight_it_is_one_entry_and_the_next_day_another_one(house, phone, clock) -> None:
    clock.now = clock.now.replace(hour=22, minute=59, second=50)
    entry = said(zone="Europe/Berlin")
    await phone.post("/me/mood", data=entry)
    clock.now += timedelta(seconds=30)
    assert (await phone.post("/me/mood", data=entry)).status_code == 303
    clock.now += timedelta(hours=9)
    assert (await phone.post("/me/mood", data=entry)).status_code == 409
    assert (await phone.post("/me/mood", data=entry | {"ago": str(9 * 3600 + 30)}, headers=JSON)).status_code == 200
    assert await rows(house, "journal_entries") == 1


async def test_what_is_out_of_range_or_nothing_at_all_is_refused_with_what_was_typed(house, phone) -> None:
    for wrong in (
        {"mood": "11"},
        {"mood": "NaN"},
        {"mood": "-1"},
        {"energy": "٣"},
        {"sleep": "99"},
        {"tag": "levitating"},
    ):
        assert (await phone.post("/me/mood", data=said(**wrong))).status_code == 422
    answer = await phone.post("/me/mood", data=said(rest="5.5", note=NOTE))
    assert answer.status_code == 422
    assert NOTE in answer.text
    empty = await phone.post("/me/mood", data={"id": str(uuid4())}, headers=JSON)
    assert (empty.status_code, empty.json()) == (422, {"reasons": {"mood": "empty"}})
    assert await rows(house, "journal_entries") == 0


async def test_another_day_is_flagged_and_none_lies_ahead_or_too_far_back(phone, clock) -> None:
    today = clock.now.date()
    assert (await phone.post("/me/mood", data=said(day=str(today - timedelta(days=2))))).status_code == 303
    assert "written up on" in (await phone.get("/me/mood/days")).text
    for day in (today + timedelta(days=1), today - timedelta(days=400), "2026-02-30", "soon"):
        assert (await phone.post("/me/mood", data=said(day=str(day)))).status_code == 422


async def test_the_therapist_reads_what_is_shared_and_nothing_else(house, phone, mara, jo, browsers) -> None:
    shared = f"/staff/patients/{jo.made.card.patient_id}/journal"
    own = {share: said(share=share, note=f"{NOTE} {share}", new=f"{TAG} {share}") for share in ("me", "part", "all")}
    for entry in own.values():
        await phone.post("/me/mood", data=entry)
    page = (await mara.get(shared)).text
    assert (page.count("Mood 6, Energy 3"), page.count("Without their own words")) == (2, 1)
    assert f"{NOTE} all" in page
    assert f"{TAG} all" in page
    for private in (f"{NOTE} me", f"{TAG} me", f"{NOTE} part", f"{TAG} part"):
        assert private not in page
    await phone.post(f"/me/mood/entry/{own['all']['id']}/share", data={"share": "me"})
    assert f"{NOTE} all" not in (await mara.get(shared)).text
    looks = (await phone.get(f"/me/record/{jo.made.card.patient_id}")).text
    assert "shared entries about mood and sleep" in looks, "they see who looked"
    for who in (await browsers(), jo.browser, phone):
        assert (await who.get(shared)).status_code in {303, 401, 403}


async def test_a_new_entry_is_shared_as_they_said_and_with_nobody_before(phone) -> None:
    assert re.search(r'name="share" value="me" checked', (await phone.get("/me/mood")).text)
    await phone.post("/me/mood", data=said(share="all"))
    assert re.search(r'name="share" value="me" checked', (await phone.get("/me/mood")).text)
    await phone.post("/me/mood", data=said(share="part", remember="yes"))
    assert re.search(r'name="share" value="part" checked', (await phone.get("/me/mood")).text)


async def test_deleted_is_gone_and_no_late_device_brings_it_back(house, phone, clock) -> None:
    kept, late = said(note=NOTE), said()
    await phone.post("/me/mood", data=kept)
    for own in (kept["id"], late["id"]):
        assert (await phone.post(f"/me/mood/entry/{own}/delete")).status_code == 303
    for entry in (kept, late):
        assert (await phone.post("/me/mood", data=entry, headers=JSON)).status_code == 200
    assert await rows(house, "journal_entries") == 0
    assert await rows(house, "journal_ids") == 2
    assert (await phone.get(f"/me/mood/entry/{kept['id']}")).status_code == 404
    clock.now += timedelta(minutes=1)
    assert (await phone.post("/me/mood", data=kept | {"ago": "61"}, headers=JSON)).status_code == 200
    anew = await phone.post("/me/mood", data=kept | {"note": "written since"})
    assert (anew.status_code, "written since" in anew.text) == (409, True), (
        "what is written later is not the deleted one"
    )
    change = kept | {"number": "1", "note": "changed elsewhere"}
    assert (await phone.post(f"/me/mood/entry/{kept['id']}/change", data=change)).status_code == 404
    assert await rows(house, "journal_entries") == 0, "no change brings it back either"
    for _ in range(3):
        await phone.post("/me/mood", data=said())
    assert (await phone.post("/me/mood/delete")).headers["location"] == "/me/mood/days?notice=deleted-all"
    assert await rows(house, "journal_entries") == 0


async def test_after_all_was_deleted_no_device_sends_late_what_was_written_before(house, phone, clock) -> None:
    for path, fields in (("/me/mood", said(note=NOTE)), ("/me/tools/thought", thought(share="all"))):

        async def sent(ago: int, path: str = path, fields: dict[str, object] = fields) -> None:
            own = fields | {"id": str(uuid4()), "ago": str(ago)}
            assert (await phone.post(path, data=own, headers=JSON)).status_code == 200
            assert (await phone.post(path, data=own, headers=JSON)).status_code == 200, "its answer was lost"

        before = await rows(house, "journal_entries")
        await sent(0)
        clock.now += timedelta(minutes=5)
        assert (await phone.post(f"{path}/delete")).status_code == 303
        clock.now += timedelta(minutes=5)
        await sent(600)
        await sent(300)  # at the very moment
        assert await rows(house, "journal_entries") == before, path
        await sent(60)
        assert await rows(house, "journal_entries") == before + 1, "what is written later is kept"


async def test_a_change_takes_its_place_and_two_at_once_do_not_overwrite_each_other(phone) -> None:
    first = said(note=NOTE)
    await phone.post("/me/mood", data=first)
    path = f"/me/mood/entry/{first['id']}"
    assert NOTE in (await phone.get(f"{path}/change")).text
    new = first | {"number": "1", "mood": "2", "note": "another"}
    for _ in range(2):
        assert (await phone.post(f"{path}/change", data=new)).headers["location"] == f"{path}?notice=changed"
    page = (await phone.get(path)).text
    assert NOTE not in page
    assert "another" in page
    assert (await phone.post(f"{path}/change", data=new | {"mood": "9"})).status_code == 409


async def test_nobody_else_writes_or_reads_and_an_id_of_somebody_else_is_not_theirs(phone, jo, mara, browsers) -> None:
    entry = said(note=NOTE)
    await phone.post("/me/mood", data=entry)
    for who in (await browsers(), jo.browser, mara):
        assert (await who.post("/me/mood", data=said())).status_code in {303, 401, 403}
        assert (await who.get(f"/me/mood/entry/{entry['id']}")).status_code in {303, 401, 403}


async def test_they_look_back_and_take_all_of_it_along(phone, clock) -> None:
    today = clock.now.date()
    assert "will stand here" in (await phone.get("/me/mood/back")).text
    for ago in range(12):
        day = str(today - timedelta(days=ago))
        await phone.post("/me/mood", data=said(mood=str(9 - ago // 2), day=day, new=f"={TAG}", note=NOTE))
    page = (await phone.get("/me/mood/back?span=30&line=energy")).text
    for words in (
        "Your mood rose",
        "You wrote on 12 of 30 days.",
        "outdoors",
        f"={TAG}",
        "12 days",
        "See as a table",
    ):
        assert words in page
    assert "mood-other" in page
    assert "mood-many" not in (await phone.get("/me/mood/back?span=soon&line=nothing")).text
    same, year = "The table says the same.", (await phone.get("/me/mood/back?span=365")).text
    assert same in page
    assert same not in year, "a table of months says less than the drawing"
    assert "The table has the mean of each month" in year
    table = await phone.get("/me/mood/csv")
    assert table.headers["content-disposition"] == 'attachment; filename="mood.csv"'
    lines = table.text.strip().split("\r\n")
    assert (len(lines), f"'={TAG}" in lines[1], NOTE in lines[1]) == (13, True, True)


async def test_it_goes_along_with_their_own_record_and_not_with_what_staff_take(phone, mara, jo) -> None:
    entry, record = said(note=NOTE, share="all"), jo.made.card.patient_id
    await phone.post("/me/mood", data=entry)
    (taken,) = (await phone.get(f"/me/record/{record}/json")).json()["journal"]["mood"]
    assert (taken["id"], taken["mood"], taken["words"]["note"], taken["read_by"]) == (entry["id"], 6, NOTE, "all")
    assert "journal" not in (await mara.get(f"/staff/patients/{record}/record/json")).json()
    assert "journal" not in (await phone.get(f"/me/record/{record}/fhir")).json()


async def test_a_gentle_word_after_hard_days_is_for_them_alone(phone, mara, jo, clock) -> None:
    for ago in range(3):
        day = str(clock.now.date() - timedelta(days=ago))
        await phone.post("/me/mood", data=said(mood="1", day=day, share="all"))
    assert "These days were hard." in (await phone.get("/me/mood/back")).text
    assert "hard" not in (await mara.get(f"/staff/patients/{jo.made.card.patient_id}/journal")).text


async def test_beside_the_visit_stands_what_is_shared_and_nothing_where_nothing_is(phone, mara, jo) -> None:
    page = f"/staff/visit/{jo.made.card.public_id}"
    await phone.post("/me/mood", data=said(note=NOTE))
    assert "Their days, as shared" not in (await mara.get(page)).text
    await phone.post("/me/mood", data=said(share="part", note=NOTE, new=TAG))
    shown = (await mara.get(page)).text
    assert "Their days, as shared" in shown
    assert "Mood 6, Energy 3" in shown
    assert not [word for word in (NOTE, TAG) if word in shown]


async def test_a_diary_card_is_switched_on_and_its_urges_are_words(phone, mara, jo) -> None:
    assert "My diary card" not in (await phone.get("/me/mood")).text
    wanted = {"share": "part", "card": "yes", "urges": f"{TAG}, to drink", "tags": "swimming"}
    assert (await phone.post("/me/mood/settings", data=wanted)).headers["location"] == "/me/mood/settings?notice=kept"
    page = (await phone.get("/me/mood")).text
    assert page.count('name="urge-to drink"') == 6
    entry = said(**{f"urge-{TAG}": "4", "urge-to drink": "0", "feel-shame": "3", "skill": ["pass", "kind"]})
    assert (await phone.post("/me/mood", data=entry)).status_code == 303
    own = (await phone.get(f"/me/mood/entry/{entry['id']}")).text
    for words in (TAG, "to drink", "Shame", "let an urge pass"):
        assert words in own
    shared = (await mara.get(f"/staff/patients/{jo.made.card.patient_id}/journal")).text
    assert "Shame" in shared
    assert not [word for word in (TAG, "to drink") if word in shared], "an urge is in their own words"
    for wrong in ({"feel-shame": "6"}, {"feel-hunger": "1"}, {"urge-": "2"}, {"urge-to drink": "x"}):
        assert (await phone.post("/me/mood", data=said(**wrong))).status_code == 422
    assert (await phone.post("/me/mood/settings", data={**wanted, "urges": ",".join("abcdefg")})).status_code == 422
    assert (await phone.post("/me/mood/settings", data={"share": "world"})).status_code == 422
