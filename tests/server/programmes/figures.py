"""What every figure of the programmes that come along has to be, and where a definition uses it.

Each line of `figures.csv` was held against the clinical facts that the programmes are built on: a figure that is
changed, added or used otherwise does not agree with it until somebody says there what it has to be, by which source.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from server.programmes.questions import LENGTHS, Unit

TABLE = Path(__file__).parent / "figures.csv"


@dataclass(frozen=True)
class Expected:
    """`uses`: each place of a definition that goes by it, and with what verdict where it is a condition."""

    value: float
    unit: str
    uses: frozenset[str]
    source: str

    @property
    def length(self) -> timedelta:
        return self.value * LENGTHS[Unit(self.unit)]


def expected() -> dict[tuple[str, str], Expected]:
    """(programme, figure) -> what it has to be."""
    found = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one = Expected(float(row["value"]), row["unit"], frozenset(row["uses"].split()), row["source"])
            for programme in row["programmes"].split():
                assert (programme, row["figure"]) not in found, row
                found[programme, row["figure"]] = one
    return found


def uses(data: Mapping[str, Any]) -> Mapping[str, set[str]]:
    """Figure -> the places of a file's data that name it, as steps.today.systolic.at_least:stop."""
    found = defaultdict[str, set[str]](set)
    for place, name in _names({key: value for key, value in data.items() if key != "figures"}, ""):
        if name in data["figures"]:
            found[name].add(place)
    return found


def _names(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        own = f"{place}.{value['id']}" if "id" in value and place else place
        for key, inner in value.items():
            if isinstance(inner, str) and key not in TEXT:
                yield f"{own}.{key}{':' + value['verdict'] if 'verdict' in value else ''}", inner
            elif not isinstance(inner, str):
                yield from _names(inner, own if key in ("when", "questions") else f"{own}.{key}".lstrip("."))
    elif isinstance(value, list):
        for one in value:
            yield from _names(one, place) if not isinstance(one, str) else ()


TEXT = frozenset(
    {"id", "name", "text", "about", "reason", "words", "source", "verdict", "before", "since", "step", "kind"}
)
"""What no figure is named by: words, and names of steps."""
