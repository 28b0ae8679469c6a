"""The words of the pages: all of them known to the catalogue, and no translation loses what is filled in later."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
LOCALE = ROOT / "web" / "locale"
FOLDERS = {"web", "server"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%(?=[sd])")
STAFF = re.compile(
    r"/topics\.py|templates/(accounts|clinic|record|setup|interop|measures/staff|safety/(roster|helplines)|home/(reports|caseload|confirming|support_report)"
    r"|embed/(generator|origins)|letters/(inbox|staff_|away|settings)|support/(staff|settings)"
    r"|booking/(staff_|planner|people|importing|acting)|programmes/(?!own)"
    r"|visit/(day|lead|record|waiting_rules|away_t|risk|reading)|mail/(waiting|passed_on|glass|risk|support)"
    r"|visit/parts/(agenda|stands|away_lines|beside|check_problem|checklist|climb|danger|elsewhere|others|own_state|lead_"
    r"|pieces|plan_beside|recall|record|sign|waiter_|wait(ers|s)))"
)
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/parlour.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@cache
def used() -> frozenset[str | tuple[str, ...]]:
    """Every msgid that templates and code ask for now, as `make messages` would find them."""
    with (LOCALE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    rows = extract_from_dir(
        ROOT, methods, options, directory_filter=lambda folder: Path(folder).relative_to(ROOT).parts[0] in FOLDERS
    )
    found = {message for _file, _line, message, _comments, _context in rows}
    return frozenset(found)


def test_every_word_of_every_page_is_in_the_catalogue() -> None:
    known = {message.id for message in read(LOCALE / "parlour.pot") if message.id}
    assert not used() - known, "run `make messages`"


def test_no_word_is_asked_for_where_nobody_finds_it() -> None:
    """A call of gettext within an f-string is not read by what gathers the words."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "server").rglob("*.py"))
        if "_(" in (text := path.read_text())
        for joined in ast.walk(ast.parse(text))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"_", "ngettext"}
    ]
    assert not hidden


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_translation_fills_in_what_the_english_fills_in(path: Path) -> None:
    wrong = [message.id for message in read(path) if message.id and not fills_in(message)]
    assert not wrong


def fills_in(message: Message) -> bool:
    """One sentence has the same places; a plural form may say 'one' or 'two' in words instead of its number."""
    if isinstance(message.id, tuple):
        allowed = set(PLACEHOLDER.findall(message.id[1]))
        return all(
            allowed - {"%(num)s", "%(count)s"} <= set(PLACEHOLDER.findall(form)) <= allowed
            for form in message.string
            if form
        )
    return not message.string or sorted(PLACEHOLDER.findall(message.id)) == sorted(PLACEHOLDER.findall(message.string))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_no_plural_is_half_translated(path: Path) -> None:
    catalogue = read(path)
    for message in catalogue:
        if isinstance(message.id, tuple) and any(message.string):
            assert len(message.string) == catalogue.num_plurals
            assert all(message.string), message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_translation_brings_no_markup_of_its_own(path: Path) -> None:
    tags = re.compile(r"<[^>]*>")
    for message in read(path):
        if message.id and isinstance(message.string, str) and message.string:
            assert sorted(tags.findall(message.id)) == sorted(tags.findall(message.string)), message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_nearly_all_that_a_patient_reads_is_translated(path: Path) -> None:
    read_by_patients = [
        message for message in read(path)
        if message.id and not all(STAFF.search(place) for place, _line in message.locations)
    ]  # fmt: skip
    left = [message.id for message in read_by_patients if not message.string or not any(message.string)]
    assert len(left) * 10 <= len(read_by_patients), left


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_sentence_that_cannot_bend_counts_no_sessions(path: Path) -> None:
    """Arabic says 8 and 36 of them with different words, and a sentence without forms has only one."""
    counts = re.compile(r"%\(\w+\)s جلس")
    assert [one.id for one in read(path) if isinstance(one.string, str) and counts.search(one.string)] == []
