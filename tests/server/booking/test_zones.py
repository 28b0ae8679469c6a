"""The choice of a clock: every place once, under its country, called as people call it."""

from collections import Counter

from server.booking.zones import zones_by_country
from server.countries import zone_names


def test_every_zone_stands_once_under_one_country() -> None:
    offered = Counter(key for zones in zones_by_country("en").values() for key, _ in zones)
    assert offered == Counter(zone_names())


def test_places_are_called_as_people_call_them() -> None:
    english = zones_by_country("en")
    assert ("Europe/Kyiv", "Kyiv") in english["Ukraine"]
    assert ("America/Argentina/Buenos_Aires", "Buenos Aires") in english["Argentina"]
    assert [place for _, place in english["Portugal"]] == ["Azores", "Lisbon", "Madeira"]
    assert list(english)[:3] == ["Afghanistan", "Åland Islands", "Albania"]


def test_each_language_has_its_own_words() -> None:
    arabic = zones_by_country("ar")
    assert [key for key, _ in arabic["مصر"]] == ["Africa/Cairo"]
    assert "القاهرة" in arabic["مصر"][0][1]
