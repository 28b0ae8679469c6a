"""What the guideline body publishes beside what stands here: what is otherwise, missing, gone or said anew is told."""

import json
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import main
from server.genetics.catalogue import DATA, Row, Span, shipped
from server.genetics.comparing import compared, read_published
from server.genetics.refreshing import PHENOTYPES

FILE = Path(__file__).parent / "recommendation.json"
ROWS: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
"""In the shape in which CPIC's interface gives its table `recommendation`, with sentences of our own."""
THEIRS = {ours: theirs for theirs, ours in PHENOTYPES.items()}
POPULATIONS = {
    "": "general", "adults": "adults", "children": "pediatrics", "never_taken": "CBZ naive", "taken": "CBZ use >3mos",
    "no_alternative": "CBZ-no alternatives",
}  # fmt: skip


def report(rows: list[dict[str, Any]], before: list[dict[str, Any]] | None = None):
    tables = shipped()
    return compared(tables, read_published(rows, tables), read_published(before, tables) if before else None)


def changed(number: int, **more: Any) -> list[dict[str, Any]]:
    rows = deepcopy(ROWS)
    rows[number] |= more
    return rows


def as_published(drug: str, row: Row) -> list[dict[str, Any]]:
    """One row of ours as it would be published: each reading by itself."""
    found = []
    for each in row.any_of:
        for values in product(*(_values(asked) for asked in each.values())):
            found.append(
                {
                    "drug": {"name": drug}, "population": POPULATIONS[row.population],
                    "lookupkey": dict(zip(each, values, strict=True)),
                    "classification": row.strength or "No Recommendation",
                    "drugrecommendation": "A sentence", "implications": {},
                }
            )  # fmt: skip
    return found


def _values(asked: frozenset[str] | Span) -> list[str]:
    if isinstance(asked, Span):
        return [str(asked.low)] if asked.high is not None else [str(asked.low), "≥6.0"]
    return [THEIRS.get(one, one).removeprefix("AS ") for one in sorted(asked)]


def test_all_that_stands_here_is_found_again_where_it_is_published_as_it_stands() -> None:
    rows = [one for drug in shipped().drugs.values() for row in drug.rows for one in as_published(drug.name, row)]
    found = report(rows)
    assert (found.differs, found.missing, found.gone, found.unread, found.reword) == ([], [], [], [], [])
    assert found.same == len(rows) > 300


def test_the_file_in_their_shape_says_what_stands_here_of_its_medicines() -> None:
    found = report(ROWS)
    assert (found.same, found.differs, found.missing, found.unread) == (8, [], [], [])
    assert not any(line.startswith("citalopram") for line in found.gone), "all of its rows stand in the file"
    assert any(line.startswith("carbamazepine (taken)") for line in found.gone)


@pytest.mark.parametrize(
    ("rows", "part", "line"),
    [
        (
            changed(0, classification="Moderate"),
            "differs",
            "citalopram, CYP2C19 Poor Metabolizer: Moderate there, strong here",
        ),
        (
            changed(5, classification="No Recommendation"),
            "differs",
            "nortriptyline, CYP2D6 0.0: No Recommendation there, strong here",
        ),
        (
            [*ROWS, ROWS[6] | {"lookupkey": {"HLA-B": "*15:02 negative"}, "population": "pediatrics"}],
            "missing",
            "carbamazepine (pediatrics), HLA-B *15:02 negative: Strong, and nothing here",
        ),
        (
            changed(0, lookupkey={"CYP2C19": "Slow Metabolizer"}),
            "unread",
            "citalopram, CYP2C19 Slow Metabolizer: nobody here knows CYP2C19 ‘Slow Metabolizer’",
        ),
        (
            changed(0, population="left-handed"),
            "unread",
            "citalopram (left-handed), CYP2C19 Poor Metabolizer: nobody here knows the population ‘left-handed’",
        ),
        (
            changed(0, classification="Firm"),
            "unread",
            "citalopram, CYP2C19 Poor Metabolizer: nobody here knows the strength ‘Firm’",
        ),
    ],
)
def test_each_difference_stands_with_its_medicine_and_its_reading(rows, part: str, line: str) -> None:
    assert line in getattr(report(rows), part)


def test_what_is_in_no_file_any_more_is_told() -> None:
    lines = report([row for row in ROWS if row["lookupkey"] != {"CYP2C19": "Ultrarapid Metabolizer"}]).gone
    assert "citalopram, CYP2C19 UM: strong here, and in no file" in lines


def test_other_words_than_before_are_to_be_read_and_are_never_written() -> None:
    stood = {path: path.read_bytes() for path in DATA.iterdir()}
    assert report(ROWS, ROWS).reword == []
    now = changed(
        0, drugrecommendation="Another sentence.", implications={"CYP2C19": "Another reason."},
        guideline={"name": "SRI", "version": 8}, classification="Optional",
    )  # fmt: skip
    lines = report([*now[:6], now[7], ROWS[1] | {"drug": {"name": "escitalopram"}}], ROWS).reword
    about = "citalopram, CYP2C19 Poor Metabolizer"
    assert f"{about}: of ‘SRI 7’, now of ‘SRI 8’" in lines
    assert f"{about}: Strong, now Optional" in lines
    assert f"{about}, recommendation: ‘{ROWS[0]['drugrecommendation']}’, now ‘Another sentence.’" in lines
    assert f"{about}, implication of CYP2C19: ‘{ROWS[0]['implications']['CYP2C19']}’, now ‘Another reason.’" in lines
    assert any(line.startswith("escitalopram, CYP2C19 Ultrarapid Metabolizer: new.") for line in lines)
    assert any(line.endswith("not said any more") and line.startswith("carbamazepine") for line in lines)
    assert {path: path.read_bytes() for path in DATA.iterdir()} == stood


def test_the_command_reads_a_path_and_says_what_a_person_has_to_do(tmp_path: Path) -> None:
    now = tmp_path / "now.json"
    now.write_text(json.dumps(changed(0, classification="Optional", drugrecommendation="Another.")), "utf-8")
    told = CliRunner().invoke(main, ["genes", "recommendations", str(now), "--before", str(FILE)])
    assert told.exit_code == 0, told.output
    assert "Graded otherwise: 1\n  citalopram, CYP2C19 Poor Metabolizer: Optional there, strong here" in told.output
    assert "Said in other words: read whether ours still say it: 2" in told.output
    assert "7 of 8 are graded as they are here" in told.output
    assert "Nothing was written" in told.output


@pytest.mark.parametrize("text", ["no json", "{}", "[]", '[{"drug": {"name": "citalopram"}}]', '[{"drug": null}]'])
def test_what_is_no_such_file_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, "utf-8")
    told = CliRunner().invoke(main, ["genes", "recommendations", str(path)])
    assert told.exit_code == 1
    assert told.output.startswith("Error: ")
    assert "Traceback" not in told.output


@pytest.mark.parametrize("address", ["https://127.0.0.1:9/v1/recommendation", "http://10.0.0.1/", "https://[::1]/"])
def test_an_address_inside_is_never_asked(address: str) -> None:
    told = CliRunner().invoke(main, ["genes", "recommendations", address])
    assert told.exit_code == 1
    assert "cannot be read" in told.output
