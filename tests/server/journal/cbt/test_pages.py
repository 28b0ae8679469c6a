"""Tools between meetings: kept once, finished or not, read by whom their patient says, and really gone when deleted."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import text

from server.journal.cbt.topics import tool_version
from tests.server.journal.cbt.said import NAME, SITUATION, THOUGHT, full, thought

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}
HERE = "/me/tools/thought"
NIGHT = {"bed": "23:00", "lights": "23:30", "onset": "15", "awake": "0", "woke": "06:30", "up": "07:00"}
FIRST = {"thought": thought(), "night": NIGHT, "activity": {"what": "a walk", "day": "2026-03-03"}}
OTHER = {"thought": thought(), "night": NIGHT | {"up": "07:10"}, "activity": {"what": "a swim", "day": "2026-03-03"}}
OTHER["thought"] = {"situation": "another one altogether"}


async def rows(house, table: str) -> int:
    return await house.db.read(lambda db: db.scalar(text(f"SELECT count(*) FROM {table}")))


async def test_a_record_works_as_a_form_and_what_is_sent_twice_is_kept_once(house, phone) -> None:
    own = re.findall(r'name="id" value="([^"]+)"', (await phone.get(f"{HERE}/new")).text)[0]
    record = full(id=own)
    for _ in range(2):
        answer = await phone.post(HERE, data=record)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/{own}?notice=kept")
    assert (await phone.post(HERE, data=record, headers=JSON)).json() == {"kept": own}
    assert (await rows(house, "journal_entries"), await rows(house, "journal_ids")) == (1, 1)
    page = (await phone.get(f"{HERE}/{own}")).text
    for words in (SITUATION, NAME, THOUGHT, "Reading minds", "30 less", "Only you read this."):
        assert words in page
    listed = (await phone.get(HERE)).text
    assert SITUATION in listed
    assert "only you" in listed
    assert HERE.rsplit("/", 1)[0] in (await phone.get("/me")).text


@pytest.mark.parametrize("tool", ["thought", "night", "activity"])
async def test_an_id_that_was_used_keeps_nothing_else_and_shows_what_was_sent(house, phone, tool) -> None:
    here, first, other = f"/me/tools/{tool}", FIRST[tool], OTHER[tool]
    own = {"id": str(uuid4())}
    for _ in range(2):
        assert (await phone.post(here, data=first | own)).status_code == 303
    answer = await phone.post(here, data=other | own)
    assert (answer.status_code, "This is not kept yet." in answer.text) == (409, True)
    assert all(f"{value}" in answer.text for value in other.values())
    assert own["id"] not in answer.text
    assert (await phone.post(here, data=other | own, headers=JSON)).json() == {"reasons": {"id": "used"}}
    assert await rows(house, "journal_entries") == 1


async def test_it_may_stay_unfinished_and_go_on_in_seven_columns(phone) -> None:
    record = thought(later="yes")
    await phone.post(HERE, data=record)
    page = (await phone.get(HERE)).text
    assert "Begun" in page
    path = f"{HERE}/{record['id']}"
    assert f"{path}/change" in page
    form = (await phone.get(f"{path}/change?form=full")).text
    assert f">{NAME}</bdi>" in form, "a feeling is asked again by its name"
    whole = full(id=record["id"], number="1", balanced="")
    for _ in range(2):
        assert (await phone.post(f"{path}/change", data=whole)).headers["location"] == f"{path}?notice=changed"
    shown = (await phone.get(path)).text
    assert "What moved" in shown
    assert "Begun" not in (await phone.get(HERE)).text
    shorter = thought(id=record["id"], number="2")
    await phone.post(f"{path}/change", data=shorter)
    assert 'value="full"' in (await phone.get(f"{path}/change")).text, "what was written is in no shorter form"
    late = await phone.post(f"{path}/change", data=whole)
    assert late.status_code == 409
    words = re.findall(r'<p class="said" dir="auto">([^<]*)<', late.text)
    assert SITUATION in words
    assert record["id"] not in words


async def test_nothing_is_asked_for_but_one_answer_and_what_cannot_be_is_refused(house, phone) -> None:
    assert (await phone.post(HERE, data={"id": str(uuid4()), "form": "full"})).status_code == 422
    for wrong in (
        {"emotions-0-before": "101"},
        {"emotions-0-before": "NaN"},
        {"thoughts-0-belief": "-1"},
        {"form": "full", "patterns": ["mind_reading", "levitating"]},
        {"situation": "x" * 4001},
        {"thoughts-0-hot": "maybe"},
    ):
        answer = await phone.post(HERE, data=thought(**wrong))
        assert answer.status_code == 422
        assert THOUGHT in answer.text, "nothing that was typed is lost"
    assert await rows(house, "journal_entries") == 0
    assert (await phone.post(HERE, data={"id": str(uuid4()), "form": "full", "action": "Rest"})).status_code == 303
    assert (await phone.get("/me/tools/horoscope")).status_code == 404


async def test_the_therapist_sees_what_is_shared_with_or_without_words(phone, mara, jo, browsers) -> None:
    path = f"/staff/patients/{jo.made.card.patient_id}/tools"
    for share in ("me", "part", "all"):
        await phone.post(HERE, data=full(share=share, situation=f"{SITUATION} {share}"))
    page = (await mara.get(path)).text
    assert (page.count("30 less"), page.count("Without their own words")) == (4, 1), "a feeling and a thought of each"
    assert f"{SITUATION} all" in page
    assert not [words for words in (f"{SITUATION} me", f"{SITUATION} part") if words in page]
    for who in (await browsers(), jo.browser, phone):
        assert (await who.get(path)).status_code in {303, 401, 403}


async def test_deleted_is_gone_and_no_late_device_brings_it_back(house, phone) -> None:
    kept, late = thought(), thought()
    await phone.post(HERE, data=kept)
    for own in (kept["id"], late["id"]):
        assert (await phone.post(f"{HERE}/{own}/delete")).status_code == 303
    for record in (kept, late):
        assert (await phone.post(HERE, data=record, headers=JSON)).status_code == 200
    assert await rows(house, "journal_entries") == 0
    assert (await phone.get(f"{HERE}/{kept['id']}")).status_code == 404
    for _ in range(2):
        await phone.post(HERE, data=thought())
    assert (await phone.post(f"{HERE}/delete")).headers["location"] == f"{HERE}?notice=deleted-all"
    assert await rows(house, "journal_entries") == 0


async def test_an_entry_of_one_tool_is_none_of_another_and_nobody_else_reads_it(phone, jo, mara, browsers) -> None:
    record = thought()
    await phone.post(HERE, data=record)
    assert (await phone.get(f"/me/tools/problem/{record['id']}")).status_code == 404
    for who in (await browsers(), jo.browser, mara):
        assert (await who.get(f"{HERE}/{record['id']}")).status_code in {303, 401, 403}
        assert (await who.post(HERE, data=thought())).status_code in {303, 401, 403}


async def test_it_goes_along_with_their_own_record(phone, mara, jo) -> None:
    patient = jo.made.card.patient_id
    await phone.post(HERE, data=full(share="all"))
    (taken,) = (await phone.get(f"/me/record/{patient}/json")).json()["journal"]["thought"]
    assert (taken["emotions"], taken["words"]["situation"]) == ([{"before": 80, "after": 50}], SITUATION)
    assert "journal" not in (await mara.get(f"/staff/patients/{patient}/record/json")).json()


async def test_every_tool_has_the_way_to_help_and_a_page_that_a_device_may_keep(phone) -> None:
    await phone.post(HERE, data=thought(share="all", remember="yes"))
    assert re.search(r'name="share" value="all" checked', (await phone.get(f"{HERE}/new")).text)
    for tool in ("thought", "activity", "worry", "problem", "experiment", "night", "ladder", "facing"):
        for path in (f"/me/tools/{tool}", f"/me/tools/{tool}/new") if tool != "facing" else ():
            assert "I do not feel safe" in (await phone.get(path)).text
        kept = (await phone.get(f"/me/offline/tools/{tool}")).text
        assert "You can write all the same." in kept
        assert not [word for word in (SITUATION, "Almeida", 'value="all" checked') if word in kept]
    calm = (await phone.get("/me/offline/none")).text
    assert 'href="/me/tools/ladder/new"' in calm
    assert "needs a connection" not in calm
    assert '"/me/tools/facing/new": "/me/offline/tools/facing?lang=en"' in (await phone.get("/me/worker.js")).text


async def test_staff_are_told_of_tools_whose_words_await_a_clinician_and_no_patient_is(phone, mara, jo) -> None:
    path = f"/staff/patients/{jo.made.card.patient_id}/tools"
    assert "await a clinician's confirmation: Thought record" in unescape((await mara.get(path)).text)
    said = {"topic": "tool-thought", "version": tool_version("thought")}
    assert (await mara.post("/staff/confirming", data=said)).status_code == 303
    assert "await a clinician's confirmation: Week" in unescape((await mara.get(path)).text)
    assert "await a clinician" not in (await phone.get(HERE)).text + (await phone.get("/me/tools/night")).text


async def test_a_shared_night_with_a_figure_shows_how_it_was_and_its_note_too(phone, mara, jo, clock) -> None:
    path, today = f"/staff/patients/{jo.made.card.patient_id}/tools", clock.now.date()
    more = {"quality": "3", "note": "canary storm at four"}
    for ago, share, said in ((0, "all", more), (1, "part", more), (2, "all", {})):
        night = {"id": str(uuid4()), "share": share, "day": str(today - timedelta(days=ago)), **NIGHT, **said}
        assert (await phone.post("/me/tools/night", data=night)).status_code == 303
    page = (await mara.get(path)).text
    assert page.count("How well you slept") == 2, "the bare one stands in the table alone"
    assert page.count("canary storm at four") == 1
    assert page.count("Share asleep") == 1


async def test_an_activity_is_planned_ahead_and_seen_in_its_week_with_mood_beside(phone, clock) -> None:
    here, today = "/me/tools/activity", clock.now.date()
    walk = {"id": str(uuid4()), "what": "A walk", "day": str(today + timedelta(days=3)), "before": "3"}
    assert (await phone.post(here, data=walk)).status_code == 303
    for day in (today + timedelta(days=90), today - timedelta(days=400)):
        assert (await phone.post(here, data={"id": str(uuid4()), "what": "x", "day": str(day)})).status_code == 422
    assert (await phone.post(HERE, data=thought(day=str(today + timedelta(days=1))))).status_code == 422
    done = {**walk, "number": "1", "done": "yes", "after": "7"}
    assert (await phone.post(f"{here}/{walk['id']}/change", data=done)).status_code == 303
    page = (await phone.get(f"{here}?week={today + timedelta(days=3)}")).text
    assert "What lifted your mood" in page
    assert 'dir="ltr"><b>+4</b>' in page, "the sign stands before the number in Arabic too"


async def test_a_worry_is_parked_looked_at_and_let_go(phone) -> None:
    here = "/me/tools/worry"
    for wrong in ({"at": "22:30", "minutes": "20"}, {"at": "17:30", "minutes": "90"}, {"at": "soon", "minutes": "20"}):
        assert (await phone.post(f"{here}/slot", data=wrong)).headers["location"].endswith("no-slot")
    assert (await phone.post(f"{here}/slot", data={"at": "17:30", "minutes": "20"})).status_code == 303
    worry = {"id": str(uuid4()), "worry": "The letter", "before": "7"}
    await phone.post(here, data=worry)
    page = (await phone.get(here)).text
    assert "One worry waits here" in page
    assert "17:30" in page
    gone = {**worry, "form": "full", "number": "1", "after": "2", "end": "go"}
    assert (await phone.post(f"{here}/{worry['id']}/change", data=gone)).status_code == 303
    assert "waits here" not in (await phone.get(here)).text


async def test_a_ladder_with_a_flag_is_climbed_alone_only_once_the_therapist_gives_it(phone, mara, jo) -> None:
    ladder = {
        "id": str(uuid4()),
        "fear": "The road",
        "flags": ["memory"],
        "steps-0-text": "Look at it",
        "steps-0-suds": "40",
    }
    await phone.post("/me/tools/ladder", data=ladder)
    page, begin = f"/me/tools/ladder/{ladder['id']}", f"/me/tools/facing/new?of={ladder['id']}&step=0"
    assert "Climb this one together at first." in (await phone.get(page)).text
    assert (await phone.get(begin)).headers["location"] == page
    run = {"id": str(uuid4()), "of": ladder["id"], "what": "Look at it", "peak": "60", "came_true": "no"}
    refused = await phone.post("/me/tools/facing", data=run)
    assert (refused.status_code, "not open to be climbed alone" in refused.text) == (409, True)
    assert 'value="Look at it"' in refused.text, "nothing of it is lost"
    assert (await phone.get("/me/offline/ladders")).json() == {"ladders": []}
    given = {"once": str(uuid4()), "tool": "ladder"}
    assert (await mara.post(f"/staff/patients/{jo.made.card.patient_id}/tools", data=given)).status_code == 303
    assert 'value="Look at it"' in (await phone.get(begin)).text
    assert (await phone.post("/me/tools/facing", data=run)).status_code == 303
    shown = (await phone.get(page)).text
    assert "Faced once" in shown
    assert "It may be time for the next one." in shown
    foreign = {**run, "id": str(uuid4()), "of": str(uuid4())}
    assert (await phone.post("/me/tools/facing", data=foreign, headers=JSON)).json() == {"reasons": {"of": "shut"}}


async def test_a_device_of_ones_own_keeps_the_steps_that_may_be_faced_alone_and_one_noted_is_one(house, phone) -> None:
    ladder = {"fear": "The road", "flags": ["none"], "steps-0-text": "Cross it", "steps-0-suds": "60"}
    ladder |= {"id": str(uuid4()), "steps-1-text": "Look at it", "steps-1-suds": "40"}
    await phone.post("/me/tools/ladder", data=ladder)
    (kept,) = (await phone.get("/me/offline/ladders")).json()["ladders"]
    assert (kept["of"], [one["text"] for one in kept["steps"]]) == (ladder["id"], ["Look at it", "Cross it"])
    for page in ("/me", f"/me/tools/ladder/{ladder['id']}", "/me/tools/ladder"):
        assert 'data-ladders="/me/offline/ladders"' in (await phone.get(page)).text
    run = {"id": str(uuid4()), "of": kept["of"], "step": kept["steps"][0]["key"], "what": "Look at it", "peak": "60"}
    for _ in range(2):
        assert (await phone.post("/me/tools/facing", data=run, headers=JSON)).json() == {"kept": run["id"]}
    assert (await phone.post("/me/tools/facing", data=run | {"peak": "10"}, headers=JSON)).status_code == 409
    assert "Faced once" in (await phone.get(f"/me/tools/ladder/{ladder['id']}")).text
    await phone.post(f"/me/tools/ladder/{ladder['id']}/delete")
    assert (await phone.get("/me/offline/ladders")).json() == {"ladders": []}
    again = await phone.post("/me/tools/facing", data=run, headers=JSON)
    assert again.json() == {"kept": run["id"]}, "its first answer was lost"
    late = await phone.post("/me/tools/facing", data=run | {"id": str(uuid4())}, headers=JSON)
    assert (late.status_code, late.json()) == (409, {"reasons": {"of": "shut"}})


async def test_a_night_without_a_figure_says_what_is_missing_and_one_that_cannot_be_is_refused(house, phone) -> None:
    here, clocks = "/me/tools/night", {"bed": "23:00", "lights": "23:00", "woke": "07:00", "up": "07:00"}
    own = str(uuid4())
    kept = await phone.post(here, data={"id": own, **clocks})
    page, listed = (await phone.get(kept.headers["location"])).text, (await phone.get(here)).text
    for shown in (page, listed):
        assert "100%" not in shown
        assert "was left open: Minutes until you slept; Minutes awake in the night, in all." in shown
    for wrong, words in (
        ({"onset": "400", "awake": "300"}, "more time awake than there was"),
        ({"up": "06:30"}, "cannot follow each other"),
    ):
        answer = await phone.post(here, data={"id": str(uuid4()), **clocks, **wrong})
        assert (answer.status_code, words in answer.text) == (422, True)
        again = await phone.post(f"{here}/{own}/change", data={"number": "1", **clocks, **wrong})
        assert (again.status_code, words in again.text) == (422, True)
    assert await rows(house, "journal_entries") == 1
    await phone.post(f"{here}/{own}/change", data={"number": "1", **clocks, "onset": "20", "awake": "28"})
    assert "90%" in (await phone.get(here)).text
    day = {"bed": "08:00", "lights": "08:00", "onset": "0", "awake": "0", "woke": "15:00", "up": "15:00"}
    await phone.post(here, data={"id": str(uuid4()), "day": "2026-03-01", **day})
    assert "7 h" in (await phone.get(f"{here}?all=yes")).text
