"""Medicines of a list: each is found by its generic name however it is written, and said to be new where it is."""

import json
import unicodedata
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.programmes.catalogue import NotAProgramme, read, shipped, shipped_data
from server.programmes.medicines.catalogue import data, lists, watching
from server.programmes.medicines.rules import New, hits, look, new_since, words_of
from server.record.care.rules import Diagnosis, Entry, Kind, Medicine, Spell

BERLIN = ZoneInfo("Europe/Berlin")
LIST = lists()["seizure_threshold"]
LAST = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
"""Half past midnight of the tenth in Berlin."""
TODAY = date(2026, 3, 12)
EVERY = [
    (group.name, name, spelling)
    for group in LIST.groups
    for name, also in group.medicines.items()
    for spelling in (name, *also)
]
NAMED = {
    "bupropion", "clozapine", "tramadol", "theophylline", "chlorpromazine", "amitriptyline", "clomipramine", "doxepin",
    "imipramine", "nortriptyline", "methylphenidate", "amfetamine", "lisdexamfetamine", "lorazepam", "diazepam",
    "clonazepam", "lamotrigine", "valproate", "carbamazepine",
}  # fmt: skip


def entry(
    name: str,
    since: str = "2025",
    until: str = "",
    *,
    going: bool = True,
    at: datetime = LAST - timedelta(days=90),
    **more,
):
    value = Medicine(name, 50, spell=Spell(since, until, going=going))
    return Entry(uuid4(), Kind.MEDICINE, 1, value, uuid4(), at, **more)


def found(name: str) -> list[str]:
    return [one.name for one in hits(LIST, name)]


@pytest.mark.parametrize(("group", "name", "spelling"), EVERY)
def test_each_name_is_found_whatever_its_case_accents_and_surroundings(group: str, name: str, spelling: str) -> None:
    accented = unicodedata.normalize("NFC", "".join(f"{letter}\N{COMBINING ACUTE ACCENT}" for letter in spelling))
    for written in (spelling, spelling.upper(), f"{spelling.title()} retard 150 mg", f"x/{spelling}150", accented):
        (hit,) = hits(LIST, written)
        assert (hit.name, hit.group.name) == (name, group), written
    assert found(f"{spelling}x") == found(f"x{spelling}") == [], "a part of a word is no name"


def test_the_list_has_what_it_should_and_each_spelling_once_with_a_source() -> None:
    assert {name for _, name, _ in EVERY} >= NAMED
    spellings = [spelling for _, _, spelling in EVERY]
    assert len(spellings) == len(set(spellings)) == len(LIST.by_word)
    assert all(words_of(one) == [one] for one in spellings)
    assert all(group.source for group in LIST.groups)
    assert not LIST.label, "no label gives it: a clinician confirms it"


def test_brands_and_what_is_not_there_are_not_found() -> None:
    assert [found(name) for name in ("Elontril", "Wellbutrin XL", "sertraline", "", "amitriptyline-like")] == [
        [], [], [], [], ["amitriptyline"],
    ]  # fmt: skip
    assert found("Amitriptyline/Tramadol") == ["amitriptyline", "tramadol"]
    assert found("Bupropion, bupropione") == ["bupropion"]


@pytest.mark.parametrize(
    ("since", "new"),
    [
        ("2026-03-10", New.BEGUN),  # the day of the session where the clinic is
        ("2026-03-11", New.BEGUN),
        ("2026-03-09", New.NO),
        ("2026-03", New.PERHAPS),
        ("2026-04", New.BEGUN),
        ("2026-02", New.NO),
        ("2026", New.PERHAPS),
        ("2025", New.NO),
        ("", New.NO),
    ],
)
def test_new_is_what_began_on_the_day_of_the_last_session_or_later(since: str, new: New) -> None:
    assert new_since(entry("Bupropion", since), LAST, BERLIN) is new
    assert new_since(entry("Bupropion", since), None, BERLIN) is New.NO, "before the first session nothing is"


def test_what_somebody_wrote_down_or_changed_since_is_said_too() -> None:
    late, early = LAST + timedelta(hours=1), LAST - timedelta(seconds=1)
    assert new_since(entry("Bupropion", "2024", at=late), LAST, BERLIN) is New.WRITTEN
    assert new_since(entry("Bupropion", "", at=late), LAST, BERLIN) is New.WRITTEN
    assert new_since(entry("Bupropion", "2026-03-12", at=late), LAST, BERLIN) is New.BEGUN
    assert new_since(entry("Bupropion", "2024", at=early), LAST, BERLIN) is New.NO


def test_what_is_taken_is_looked_at_the_new_ones_first_and_unknown_names_stand_apart() -> None:
    entries = [
        entry("Clozapine"),
        entry("Tramadol", "2026-03-12"),
        entry("Elontril"),
        entry("Bupropion", going=False),
        entry("Doxepin", struck=True),
        Entry(uuid4(), Kind.DIAGNOSIS, 1, Diagnosis("ICD-10", "F33.1", "tramadol"), uuid4(), LAST),
    ]
    one = look(LIST, entries, LAST, TODAY, BERLIN)
    assert [flag.medicine.name for flag in one.flags] == ["Tramadol", "Clozapine"]
    assert one.others == ("Elontril",)


@pytest.mark.parametrize(
    ("until", "new"),
    [
        ("2026-03-11", New.STOPPED),
        ("2026-02-12", New.STOPPED),  # twenty-eight days ago
        ("2026-02-11", None),
        ("2026-03", New.STOPPED),
        ("2026-02", New.PERHAPS_STOPPED),
        ("2026-01", None),
        ("2026", New.PERHAPS_STOPPED),
        ("2025", None),
        ("", None),  # and it was written down three months ago
    ],
)
@pytest.mark.parametrize("name", ["Lorazepam 1 mg", "Lamotrigin"])
def test_a_medicine_that_matters_once_it_is_stopped_is_said_for_as_long(name: str, until: str, new: New | None) -> None:
    found = look(LIST, [entry(name, until=until, going=False)], LAST, TODAY, BERLIN)
    assert [flag.new for flag in found.flags] == ([new] if new else [])
    assert {group.stopped for group in LIST.groups} == {None, 28}


def test_one_that_is_still_taken_is_no_withdrawal_and_one_whose_end_nobody_wrote_may_be_one() -> None:
    found = look(LIST, [entry("Lorazepam"), entry("Tramadol"), entry("Tavor")], LAST, TODAY, BERLIN)
    assert ([flag.medicine.name for flag in found.flags], found.held, found.others) == (
        ["Tramadol"], ("Lorazepam",), ("Tavor",),
    )  # fmt: skip
    both = [entry("Lorazepam"), entry("Lorazepam 2 mg", until="2026-03-01", going=False)]
    assert look(LIST, both, LAST, TODAY, BERLIN).flags == (), "another dose of it goes on"
    unsaid = entry("Diazepam", going=False, at=LAST)
    assert [flag.new for flag in look(LIST, [unsaid], LAST, TODAY, BERLIN).flags] == [New.PERHAPS_STOPPED]
    struck = entry("Diazepam", until="2026-03-01", going=False, struck=True)
    assert look(LIST, [struck], LAST, TODAY, BERLIN).flags == ()
    ended = entry("Bupropion", until="2026-03-01", going=False)
    assert look(LIST, [ended], LAST, TODAY, BERLIN).flags == (), "it matters while it is taken"


def test_both_programmes_of_tms_ask_about_it_at_the_start_and_before_each_session_and_no_other_asks() -> None:
    asked = {key: [(step.id, one.id) for step, one in watching(definition)] for key, definition in shipped().items()}
    both = [("screening", "threshold_drugs"), ("today", "medicines")]
    assert {key: found for key, found in asked.items() if found} == {"tms": both, "tms-accelerated": both}
    assert {one.watches for each in shipped().values() for _, one in watching(each)} <= set(data())


def test_a_list_is_watched_before_a_session_alone() -> None:
    file = json.loads(json.dumps(shipped_data()["tms"]))
    after = next(one for one in file["steps"] if one["id"] == "after")
    after["questions"][0]["watches"] = "seizure_threshold"
    with pytest.raises(NotAProgramme, match=r"steps\.after\.pulses\.watches: Medicines of a list"):
        read("own.json", file)
