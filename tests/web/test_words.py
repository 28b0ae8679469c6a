"""What the templates say: no blame, no jargon, no cheerfulness."""

import re
from pathlib import Path

from jinja2.ext import babel_extract

from tests.each import of_each

TEMPLATES = Path(__file__).parents[2] / "web/templates"
UNKIND = re.compile(
    r"\b(invalid|failed|failure|errors?( occurred)?|please wait|denied|forbidden|oops|unfortunately|illegal|exception"
    r"|unable to|not allowed|incorrect|successful(ly)?|submit|click here)\b",
    re.I,
)
OPTIONS = {"trimmed": "true", "extensions": "jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true"}


def said(path: Path) -> list[str]:
    """Every sentence of a template that a person may read."""
    with path.open("rb") as file:
        found = list(babel_extract(file, ("_", "gettext", "ngettext"), [], OPTIONS))
    return [text for _, _, words, _ in found for text in ([words] if isinstance(words, str) else words) if text]


@of_each(path=sorted(TEMPLATES.rglob("*.html")))
def test_the_words_are_kind_and_concrete(path: Path) -> None:
    unkind = [text for text in said(path) if UNKIND.search(text) or "!" in text]
    assert not unkind


def test_the_lint_reads_what_a_page_says() -> None:
    assert "Book this time" in said(TEMPLATES / "booking/page.html")
    assert UNKIND.search("An error occurred")
