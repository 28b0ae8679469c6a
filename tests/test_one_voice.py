"""Moments become words in server/moments.py alone: page, mail, message and calendar entry then say the same."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.each import of_each
from tests.test_architecture import ROOT, SERVER, imports, module_of, within

VOICE = "server.moments"
FORMATTERS = {
    "strftime", "ctime", "asctime", "format_date", "format_time", "format_datetime", "format_interval",
    "format_timedelta", "format_skeleton", "get_timezone_name", "get_timezone_gmt",
}  # fmt: skip
FOR_MACHINES = {
    "server.home.pages": "security.txt: RFC 9116 asks for an Expires that programs read",
    "server.clinic.hours_forms": "the value of a time field: HTML asks for HH:MM",
    "server.booking.reminders.forms": "the value of a time field: HTML asks for HH:MM",
    "server.embed.frames": "what a clinic's site hears: ids and moments of UTC",
}
PARTS = {"hour", "minute", "second"}
TEMPLATES = sorted((ROOT / "web/templates").rglob("*.html")) + sorted((ROOT / "web/templates").rglob("*.txt"))
BY_HAND = re.compile(r"strftime|format_(date|time)|\.(hour|minute|second)\b|%02d")
MACHINE_FORM = re.compile(r"\w+(?:\.\w+)*\.isoformat\(\)")
READ_BY_PROGRAMS = (
    re.compile(rf'(?:datetime|data-ends)="{{{{ {MACHINE_FORM.pattern} }}}}"'),
    re.compile(rf"time_(?:row|large)\(.*, {MACHINE_FORM.pattern}\)"),
)


def told_by_hand(path: Path) -> Iterator[str]:
    """What this file does to make words, or digits, of a moment."""
    yield from (name for name in imports(path) if within(name, "babel.dates"))
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and _name(node.func) in FORMATTERS:
            yield _name(node.func)
        elif isinstance(node, ast.FormattedValue):
            spec = ast.unparse(node.format_spec) if node.format_spec else ""
            of_clock = {one.attr for one in ast.walk(node.value) if isinstance(one, ast.Attribute)} & PARTS
            divided = any(isinstance(one, ast.Mod | ast.FloorDiv) for one in ast.walk(node.value))
            if "%" in spec or of_clock or ("02d" in spec and divided):
                yield ast.unparse(node).removeprefix("f").strip("'")


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


@of_each(path=SERVER)
def test_a_moment_becomes_words_in_one_place(path: Path) -> None:
    module = module_of(path)
    if module in {VOICE, *FOR_MACHINES, "server.booking.week"} or within(module, "server.migrations"):
        return
    assert not list(told_by_hand(path)), "server.moments.Speaker says moments to people"


@pytest.mark.parametrize("module", FOR_MACHINES)
def test_what_is_written_for_programs_alone_is_still_written(module: str) -> None:
    """An exception that is needed no more goes."""
    assert list(told_by_hand(ROOT / f"{module.replace('.', '/')}.py")), FOR_MACHINES[module]


def test_the_times_of_a_form_are_moments_of_utc_and_nothing_else_there_is_made_by_hand() -> None:
    found = list(told_by_hand(ROOT / "server/booking/week.py"))
    assert found == ["{minute // 60:02d}", "{minute % 60:02d}"], "_UTC_MINUTES, what the form sends"


@of_each(path=TEMPLATES)
def test_a_template_asks_the_speaker(path: Path) -> None:
    text = path.read_text()
    assert not BY_HAND.search(text)
    for line in text.splitlines():
        for form in READ_BY_PROGRAMS:
            line = form.sub("", line)
        assert not MACHINE_FORM.search(line), line
