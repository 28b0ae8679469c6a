"""What a therapist sees drawn of shared weeks and ladders, and that a step stays itself when its words change."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from server.journal.cbt.catalogue import tools
from server.journal.cbt.drawn import HIGH, activities, rungs
from server.journal.cbt.forms import filled, key_of
from server.journal.cbt.ladder import Run, steps
from server.journal.cbt.week import days_of, did

MONDAY = date(2026, 3, 9)
LADDER = tools()["ladder"]


def test_a_week_is_drawn_as_it_was_and_a_day_without_a_word_has_no_mark() -> None:
    said = [
        (0, {"what": "Walk", "done": "yes", "after": 6, "pleasure": 10}),
        (0, {"what": "Dishes", "done": "no", "after": 1}),
        (1, {"what": "Choir", "done": "partly", "after": 4}),
        (3, {"what": "Call Ana", "done": "yes", "after": 0, "achievement": 5}),
    ]
    days = days_of(MONDAY, [did(MONDAY + timedelta(days=ago), each) for ago, each in said])
    assert [(one.planned, one.done, one.mood) for one in days[:4]] == [(2, 1, 6), (1, 1, 4), (0, 0, None), (1, 1, 0)]
    drawn = activities(days)
    assert drawn is not None
    assert (drawn.most, drawn.planned.count("M"), drawn.done.count("M")) == (2, 3, 3)
    line, dots = drawn.lines["mood"]
    assert (line.count("M"), line.count("L"), dots.count("M")) == (2, 1, 3), "the line breaks on Wednesday"
    assert dots.endswith(f" {HIGH - 10}.0h0"), "a nought is drawn at the foot"
    assert list(drawn.lines) == ["mood", "achievement", "pleasure"]
    assert activities(days_of(MONDAY + timedelta(days=7), [])) is None


def form(*rows: tuple[str, str, str]) -> dict[str, list[str]]:
    """(key, words, suds) of each step"""
    names = ("key", "text", "suds")
    return {f"steps-{at}-{name}": [text] for at, row in enumerate(rows) for name, text in zip(names, row, strict=True)}


def told(*rows: tuple[str, str, str]) -> dict[str, object]:
    """What an entry says after such a form was sent."""
    said, reasons = filled(form(*rows), LADDER, "full")
    assert reasons == {}
    halves = zip(said.value["steps"], said.words["steps"], strict=True)
    return {"steps": [{**value, **words} for value, words in halves]}


def test_a_step_keeps_its_runs_when_it_is_reworded_moved_or_was_written_before_steps_had_keys() -> None:
    first = told(("", "The stop", "35"), ("", "One stop", "55"))
    keys = [row["key"] for row in first["steps"]]
    runs = [Run("The stop", 60, "partly", keys[0]), Run("The stop", 30, "no"), Run("One stop", 70, "yes", keys[1])]
    again = told((keys[1], "One stop, alone", "30"), (keys[0], "Ten minutes at the stop", "40"), ("", "To town", "80"))
    assert [(one.text, list(one.peaks)) for one in steps(again, runs)] == [
        ("One stop, alone", [70]), ("Ten minutes at the stop", [60, 30]), ("To town", []),
    ]  # fmt: skip
    old = {"steps": [{"text": "The stop", "suds": 35}]}
    assert list(steps(old, runs)[0].peaks) == [60, 30], "a ladder without keys is read by its words"


def test_two_steps_never_share_a_key_and_what_is_no_key_is_none() -> None:
    key = key_of("The stop")
    said = told((key, "At the bridge", "30"), ("", "The stop", "35"), (key, "The stop", "40"), ("<b>", "Town", "80"))
    keys = [row["key"] for row in said["steps"]]
    assert (keys[0], keys[3], len(set(keys))) == (key, key_of("Town"), 4)
    empty, reasons = filled(form((key, "", "")), LADDER, "full")
    assert ("steps" in empty.value, bool(reasons)) == (False, True), "a key alone is no step"


def test_rungs_stand_from_easy_to_hard_over_the_same_days_also_where_words_are_not_shared() -> None:
    days = [MONDAY, MONDAY + timedelta(days=10), MONDAY + timedelta(days=5)]
    said = {"steps": [{"key": "b" * 12, "suds": 80}, {"key": "a" * 12, "suds": 40}, {"key": "c" * 12}]}
    runs = [Run("", 60, "", "a" * 12, days[0]), Run("", 90, "", "b" * 12, days[2]), Run("", 30, "", "a" * 12, days[1])]
    easy, hard, unsaid = rungs(said, runs)
    assert (easy.suds, list(easy.peaks), list(hard.peaks), list(unsaid.peaks)) == (40, [60, 30], [90], [])
    assert easy.dots.startswith("M20.0 ")
    assert "M980.0 " in easy.dots
    assert hard.dots.startswith("M500.0 ")
    assert (unsaid.thought, unsaid.line) == (None, "")


@pytest.mark.asyncio
async def test_the_therapist_sees_shared_weeks_and_ladders_with_their_tables_and_nothing_else(phone, mara, jo) -> None:
    page = f"/staff/patients/{jo.made.card.patient_id}/tools"
    walk = {"id": str(uuid4()), "what": "Walk", "done": "yes", "after": "6", "achievement": "7", "share": "part"}
    await phone.post("/me/tools/activity", data=walk)
    ladder = {"id": str(uuid4()), "fear": "Going by bus", "flags": ["none"], "steps-0-text": "The stop"}
    await phone.post("/me/tools/ladder", data=ladder | {"steps-0-suds": "40", "share": "me"})
    begin = (await phone.get(f"/me/tools/facing/new?of={ladder['id']}&step=0")).text
    assert f'name="step" value="{key_of("The stop")}"' in begin
    run = {"of": ladder["id"], "step": key_of("The stop"), "what": "The stop", "peak": "60", "share": "part"}
    assert (await phone.post("/me/tools/facing", data=run | {"id": str(uuid4())})).status_code == 303
    text = (await mara.get(page)).text
    assert ("1 of one planned was done." in text, "Day by day" in text) == (True, True)
    assert "Time after time" not in text, "the ladder is the patient's own"
    for week in ("9999-12-31", "0001-01-01", "2026-02-31", "x"):
        for who, path in ((mara, page), (phone, "/me/tools/activity")):
            assert (await who.get(f"{path}?week={week}")).status_code == 200
    await phone.post(f"/me/tools/ladder/{ladder['id']}/share", data={"share": "part"})
    text = (await mara.get(page)).text
    assert ("Time after time" in text, "Step 1" in text, "The stop" in text) == (True, True, False)
    change = (await phone.get(f"/me/tools/ladder/{ladder['id']}/change")).text
    assert f'name="steps-0-key" value="{key_of("The stop")}"' in change
    reworded = {**ladder, "steps-0-text": "Ten minutes there", "steps-0-key": key_of("The stop"), "number": "1"}
    await phone.post(f"/me/tools/ladder/{ladder['id']}/change", data=reworded)
    assert "Faced once" in (await phone.get(f"/me/tools/ladder/{ladder['id']}")).text
