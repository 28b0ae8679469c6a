"""Who looked: a page that comes anew is one look, and another one later is another."""

from datetime import UTC, datetime, timedelta

from server.record.looking import Look, folded

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def look(minutes: int, who: str = "Mara", what: str = "record.seen", part: str = "") -> Look:
    return Look(NOW - timedelta(minutes=minutes), who, what, part)


def test_the_same_again_within_an_hour_is_one_look_of_so_many_times() -> None:
    found = folded([look(0), look(5), look(6, "Ada"), look(60), look(110), look(300), look(301, part="note")])
    told = [(one.who, one.part, (NOW - one.at) // timedelta(minutes=1), one.times) for one in found]
    assert told == [("Mara", "", 0, 4), ("Ada", "", 6, 1), ("Mara", "", 300, 1), ("Mara", "note", 301, 1)]
    assert folded([]) == []
