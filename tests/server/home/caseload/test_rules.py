"""A caseload as values: who is due, who got worse, who went quiet, and who stands first."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

from server.home.caseload.rules import Facts, Reason, Worse, apart, lines, open_keys, own, quiet_of, reasons
from server.measures.schedule import Asked, Rule, When
from server.measures.weekly.visits import slot_of

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
DAY, FORTNIGHT = timedelta(days=1), timedelta(days=14)


def card(days: float, patient: UUID | None = None, *, cancelled: bool = False):
    start = NOW + days * DAY
    return SimpleNamespace(
        id=uuid4(), patient_id=patient or uuid4(), starts_at=start, ends_at=start + timedelta(minutes=50),
        cancelled_at=NOW if cancelled else None,
    )  # fmt: skip


def facts(name: str = "Jo", **more) -> Facts:
    return Facts(**{"patient_id": uuid4(), "name": name, "met": NOW - DAY, "next": None, "answered": None} | more)


def test_who_has_no_visit_ahead_and_gave_no_sign_for_so_long_is_quiet() -> None:
    gone = facts(met=NOW - FORTNIGHT)
    assert reasons(gone, NOW, FORTNIGHT) == [Reason.QUIET]
    assert reasons(gone, NOW, timedelta(days=28)) == []
    assert reasons(facts(met=NOW - FORTNIGHT, next=card(3)), NOW, FORTNIGHT) == [], "a visit stands"
    assert reasons(facts(met=NOW - 30 * DAY, answered=NOW - DAY), NOW, FORTNIGHT) == [], "an answer is a sign"
    assert reasons(facts(met=NOW - 30 * DAY, wrote=NOW - DAY), NOW, FORTNIGHT) == [], "a shared entry is a sign"
    assert reasons(facts(met=None), NOW, FORTNIGHT) == [], "whom nobody met yet is not quiet"
    assert [quiet_of(one) for one in ("7", "28", "1", "x", "")] == [7, 28, 14, 14, 14]


def test_danger_stands_first_then_worse_then_quiet_then_due_and_the_rest_by_name() -> None:
    worse = (Worse("PHQ-9", 9, 15, NOW),)
    people = [
        facts("Zoe"), facts("ada"), facts("Due", due=("PHQ-9",), next=card(1)), facts("Quiet", met=NOW - FORTNIGHT),
        facts("Worse", worse=worse), facts("Alert", alerts=1, worse=worse),
    ]  # fmt: skip
    found = lines(people, NOW, FORTNIGHT)
    assert [one.facts.name for one in found] == ["Alert", "Worse", "Quiet", "Due", "ada", "Zoe"]
    assert found[0].reasons == [Reason.ALERT, Reason.WORSE]
    assert "Alert" not in repr(found), "no name gets into a log"


def test_theirs_are_whom_they_met_or_kept_and_a_cancelled_visit_makes_nobody_theirs() -> None:
    jo, kim, old = uuid4(), uuid4(), uuid4()
    cards = [card(2, jo), card(-1, jo), card(1, kim, cancelled=True)]
    found = own(cards, {old})
    assert set(found) == {jo, old}
    assert [one.starts_at < NOW for one in found[jo]] == [True, False]


def test_due_is_what_the_next_visit_asks_and_has_no_answer() -> None:
    booked, version = card(1), uuid4()
    coming = slot_of(booked)
    rules = [Rule("phq9", version, When.VISIT), Rule("gad7", version, When.WEEKLY), Rule("k10", version, When.HAND)]
    before = Asked("gad7", uuid4(), NOW - 2 * DAY)
    assert open_keys(rules, [before], coming, NOW) == ["phq9"]
    assert open_keys(rules, [Asked("phq9", booked.id, NOW)], coming, NOW) == ["gad7"]
    assert open_keys(rules, [before, Asked("k10", booked.id, None)], coming, NOW) == ["phq9", "k10"]
    assert open_keys(rules, [], slot_of(card(20)), NOW) == [], "it is too early to ask"


def test_of_two_with_one_name_each_is_told_by_a_contact_that_the_other_has_not() -> None:
    def somebody(name: str, *contacts: str) -> Facts:
        return Facts(uuid4(), name, None, None, None, contacts=contacts)

    both = [
        somebody("Jo Almeida", "family@example.org", "+49301"),
        somebody("jo  almeida", "family@example.org", "+49302"),
    ]
    alone = somebody("Kim Berg", "kim@example.org")
    assert [apart(one, [*both, alone]) for one in [*both, alone]] == ["+49301", "+49302", ""]
    mails = [somebody("Jo", "jo@example.org", "+1"), somebody("Jo")]
    assert [apart(one, mails) for one in mails] == ["jo@example.org", ""]
    found = lines([*both, alone], datetime(2026, 3, 9, tzinfo=UTC), timedelta(days=14))
    assert {line.apart for line in found} == {"+49301", "+49302", ""}
