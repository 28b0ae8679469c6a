"""Programmes of one family: ketamine by whatever way. One goes on at a time, and what was done in one counts in all."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from server.programmes.beside import same
from server.programmes.catalogue import family_of, read, shipped, shipped_data
from server.programmes.course import Beside, Seen, Why
from server.programmes.definition import Definition, Kind, Part
from server.programmes.forms import parse
from server.programmes.gates import blocked
from server.programmes.questions import Verdict
from server.programmes.recording import Refused
from server.programmes.remains import remains
from tests.server.programmes.conftest import Writer, begun, give
from tests.server.programmes.courses import MONDAY, Hand
from tests.server.programmes.test_beside import begins, ends
from tests.server.visit.conftest import signed_in

FAMILY = ("esketamine", "esketamine-maintenance", "ketamine-iv", "ketamine-im", "ketamine-home", "ketamine-home-sc")
EVERY = sorted((Path(__file__).parent / "kept").glob("*ketamine*.json"))
KEPT = [path for path in EVERY if '"family"' not in path.read_text(encoding="utf-8")]
KNOWN = shipped()


def kept(path: Path) -> Definition:
    return read(path.name, json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("one", FAMILY)
@pytest.mark.parametrize("other", FAMILY)
def test_whatever_gives_ketamine_is_of_one_family(one: str, other: str) -> None:
    assert same(KNOWN[one], KNOWN[other])


def test_no_other_programme_is_of_it() -> None:
    others = set(KNOWN) - set(FAMILY)
    assert others == {"tms", "tms-accelerated", "cbt", "mindfulness"}
    assert not any(same(KNOWN[one], KNOWN["esketamine"]) for one in others)
    assert not same(KNOWN["cbt"], KNOWN["mindfulness"])


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_version_of_before_files_named_a_family_is_of_it_too(path: Path) -> None:
    assert kept(path).family == ""
    assert same(kept(path), KNOWN["ketamine-im"])
    assert same(KNOWN["ketamine-im"], kept(path))


def test_a_file_of_the_clinic_is_of_the_family_that_it_names_or_was_made_of() -> None:
    data = {key: value for key, value in shipped_data()["ketamine-iv"].items() if key != "family"}
    gates = [{key: value for key, value in gate.items() if key != "across"} for gate in data["gates"]]
    ours = data | {"id": "ours", "gates": gates}
    assert family_of(read("ours", ours)) == ""
    assert family_of(read("ours", ours | {"based_on": "ketamine-iv"})) == "ketamine"
    assert family_of(read("ours", ours | {"family": "infusions", "based_on": "ketamine-iv"})) == "infusions"
    assert family_of(remains("ours", ours | {"family": "ketamine", "steps": 1}, [])) == "ketamine"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("family"),
        lambda data: data["gates"][0].update(across=True),
        lambda data: next(one for one in data["gates"] if one["id"] == "settled").update(across=True),
    ],
)
def test_a_gate_that_cannot_look_across_is_told_so(change) -> None:
    data = json.loads(json.dumps(shipped_data()["esketamine"]))
    change(data)
    found = parse(data)
    assert isinstance(found, list)
    assert [one.words.partition(",")[0] for one in found] == ["Only a gate in front of the session"]


# What counts of one course in another


def a_hand(definition: Definition, began_at: datetime = MONDAY, others: Iterable[Beside] = ()) -> Hand:
    """A course that has begun, with all that its programme rests on."""
    hand = Hand.of(definition, began_at)
    holds = dict.fromkeys((one.id for one in definition.footings), None)
    hand.programme = replace(hand.programme, lasts=holds, others=tuple(others))
    hand.starts()
    return hand


def before(hand: Hand, session: int) -> None:
    """All that comes before a session."""
    for step in hand.programme.definition.by_part[Part.BEFORE]:
        hand.does(step.id, session)


def one_session(definition: Definition, what: str = "", verdict: Verdict = Verdict.CLEAR) -> Hand:
    """A course of which a session was given, in which this happened."""
    hand = a_hand(definition)
    before(hand, 1)
    hand.does("treatment", 1)
    hand.wait(minutes=5)
    if what:
        hand.does(what, 1, 0, verdict)
    if 1 not in hand.done.over:
        hand.does("handover", 1)
    return hand


def other(hand: Hand) -> Beside:
    return Beside(hand.programme.definition, hand.done, uuid4())


def next_of(name: str, *others: Hand, now: timedelta = timedelta(days=30)) -> Hand:
    """A course of another programme of the family, ready for its first session so long after the last of the others."""
    hand = a_hand(KNOWN[name], max(one.now for one in others) + now, [other(one) for one in others])
    before(hand, 1)
    return hand


def held(hand: Hand) -> dict[str, set[Seen]]:
    """Gate -> what of another course keeps it shut in front of the next session."""
    definition, session = hand.programme.definition, hand.done.sessions_over + 1
    found = blocked(hand.programme, hand.done, definition.treatment, session, hand.now)
    causes = {one.gate.id: {cause.seen for cause in one.causes if cause.elsewhere} for one in found}
    return {gate: seen for gate, seen in causes.items() if seen}


@pytest.mark.parametrize("first", FAMILY)
@pytest.mark.parametrize("second", FAMILY)
def test_the_least_time_counts_from_the_last_session_of_another_course(first: str, second: str) -> None:
    earlier = one_session(KNOWN[first])
    gap = KNOWN[second].phases[0].gap
    assert gap
    begun_at = earlier.done.begun[1]
    hand = next_of(second, earlier, now=timedelta(0))
    hand.now = begun_at + gap.length - timedelta(minutes=1)
    assert held(hand) == {"spaced": {Seen(Why.EARLY, "", 0)}}
    hand.now = begun_at + gap.length
    assert held(hand) == {}


def test_who_passed_the_least_time_did_so_for_that_session_and_not_for_one_that_began_since() -> None:
    hand = next_of("ketamine-im", one_session(KNOWN["ketamine-iv"]), now=timedelta(hours=1))
    hand.passes("spaced", 1, held(hand)["spaced"])
    assert held(hand) == {}
    [one] = hand.programme.others
    hand.wait(minutes=10)
    later = replace(one, done=replace(one.done, begun={**one.done.begun, 2: hand.now}))
    hand.programme = replace(hand.programme, others=(later,))
    assert held(hand) == {"spaced": {Seen(Why.EARLY, "", 0)}}


GRAVE, LOOK = ("incident", Verdict.STOP), ("incident", Verdict.REVIEW)
AWAY = ("handover", Verdict.STOP)


@pytest.mark.parametrize("what", [GRAVE, LOOK, AWAY], ids=["grave", "look", "handover"])
@pytest.mark.parametrize(
    "earlier", [KNOWN["ketamine-iv"], KNOWN["esketamine"], *(kept(path) for path in KEPT)],
    ids=lambda one: f"{one.id}-{one.version}",
)  # fmt: skip
def test_what_happened_in_the_last_session_of_one_holds_the_other_until_somebody_says_why(earlier, what) -> None:
    name, verdict = what
    hand = next_of("ketamine-im", one_session(earlier, *what))
    seen = Seen(Why.STOP if verdict is Verdict.STOP else Why.REVIEW, name, 0)
    assert held(hand) == {"happened": {seen}}
    assert isinstance(hand.tries("treatment", 1), Refused)
    hand.passes("happened", 1, [seen], "Seen by a prescriber, who found nothing that speaks against it.")
    assert held(hand) == {}
    hand.does("treatment", 1)
    hand.wait(days=14)
    assert "happened" not in held(hand), "once looked at it is, in whichever session"


def test_what_came_to_nothing_holds_nothing() -> None:
    assert held(next_of("ketamine-im", one_session(KNOWN["ketamine-iv"], "incident", Verdict.CLEAR))) == {}


def test_what_was_settled_in_the_course_where_it_happened_holds_no_other() -> None:
    earlier = one_session(KNOWN["ketamine-iv"], *GRAVE)
    earlier.wait(days=1)
    earlier.does("call", 1)
    earlier.wait(days=6)
    before(earlier, 2)
    assert held(next_of("ketamine-im", earlier)).keys() == {"happened"}
    seen = [cause.seen for one in earlier.held()["treatment"] if one.gate.id == "happened" for cause in one.causes]
    earlier.passes("happened", 2, seen)
    assert held(next_of("ketamine-im", earlier)) == {}
    earlier.does("treatment", 2)
    assert held(next_of("ketamine-im", earlier)) == {}


def test_something_that_happens_after_somebody_passed_holds_again() -> None:
    hand = next_of("ketamine-im", one_session(KNOWN["ketamine-iv"], *GRAVE))
    hand.passes("happened", 1, held(hand)["happened"])
    later = a_hand(KNOWN["esketamine"], hand.now)
    before(later, 1)
    later.does("treatment", 1)
    later.wait(minutes=5)
    later.does("incident", 1, 0, Verdict.STOP)
    hand.now = later.now + timedelta(days=30)
    assert held(hand) == {}
    hand.programme = replace(hand.programme, others=(*hand.programme.others, other(later)))
    assert held(hand).keys() == {"happened"}


def test_a_lock_that_only_its_own_course_can_settle_holds_a_course_whose_file_knows_no_such_lock() -> None:
    data = json.loads(json.dumps(shipped_data()["tms"])) | {"id": "locks", "family": "ketamine"}
    locked = a_hand(read("locks", data))
    for name in ("today", "threshold", "treatment", "seizure"):
        locked.does(name, 1)
    hand = next_of("ketamine-im", locked)
    assert held(hand) == {"happened": {Seen(Why.STOP, "incident", -1)}}
    hand.passes("happened", 1, held(hand)["happened"])
    assert held(hand).keys() == {"happened"}, "nobody passes that one here"
    for name in ("incident", "clearance"):
        locked.does(name, 1)
    hand.programme = replace(hand.programme, others=(other(locked),))
    assert held(hand) == {}


# By the pages


async def ready(course: Writer) -> None:
    """All that comes before the first session of esketamine or ketamine."""
    for name in ("eligibility", "scales", "facts", "consent"):
        assert (await course.writes(name)).status_code == 303
    if "PHQ-9 before the course" in await course.page():
        await course.is_measured()


async def checked(course: Writer, session: int = 1) -> None:
    for step in KNOWN[course.programme].by_part[Part.BEFORE]:
        if step.kind is not Kind.MEASURE:
            assert (await course.writes(step.id, session)).status_code == 303


@pytest.mark.asyncio
async def test_no_second_course_of_the_family_begins_and_the_page_says_which_one_goes_on(
    house, linden, jo, mara
) -> None:
    await give(house, linden.clinic.id, "ketamine-iv", "ketamine-im", "esketamine", "esketamine-maintenance", "tms")
    course = await begun(mara, jo.made.card.patient_id, "ketamine-iv")
    every = course.base.rpartition("/")[0]
    page = (await mara.get(every)).text
    assert [one for one in KNOWN if f'value="{one}"' in page] == ["tms"]
    assert page.count("goes on, which is of the same family") == 3
    for programme in ("ketamine-im", "esketamine", "esketamine-maintenance", "ketamine-iv"):
        refused = await begins(course, programme)
        assert refused.status_code == 409
        banner = refused.text.partition("No course was begun.")[2].partition("</div>")[0]
        assert f'href="{course.base}"' in banner
        assert KNOWN["ketamine-iv"].name in banner
    assert (await begins(course, "tms")).status_code == 303
    assert (await ends(course)).endswith("kept")
    assert (await begins(course, "ketamine-im")).status_code == 303


@pytest.mark.asyncio
async def test_esketamine_is_handed_over_to_its_maintenance_with_its_last_session(
    house, linden, jo, mara, clock
) -> None:
    await give(house, linden.clinic.id, "esketamine", "esketamine-maintenance")
    patient_id = jo.made.card.patient_id
    first = await begun(mara, patient_id, "esketamine", house, linden.clinic.id)
    await ready(first)
    await checked(first)
    assert (await first.writes("treatment", 1)).status_code == 303
    clock.forward(minutes=10)
    assert (await first.writes("incident", 1, what="grave")).status_code == 303
    assert (await first.writes("handover", 1, how="emergency")).status_code == 303
    assert (await begins(first, "esketamine-maintenance")).status_code == 409
    assert (await ends(first)).endswith("kept")
    second = await begun(mara, patient_id, "esketamine-maintenance", house, linden.clinic.id)
    await ready(second)
    await checked(second)
    refused = await second.writes("treatment", 1)
    assert refused.status_code == 409
    for words in ("Something happened in the last session", "in the last session of another course", "at least 6 days"):
        assert words in refused.text
    page = await second.page()
    assert page.count(f'<a href="{first.base}">') == 3, "two things that happened, and the session"
    assert "not before" in page
    assert "after a session of another course" in page
    assert (await second.passes("happened", 1, "The prescriber saw them.")).headers["location"].endswith("kept")
    clock.forward(days=6)
    await signed_in(house, mara, linden.mara.staff_id)
    for number, name in ((1, "today"), (1, "since")):
        assert (await second.writes(name, 1, number)).status_code == 303
    written = await second.writes("treatment", 1)
    assert written.status_code == 303, written.text
