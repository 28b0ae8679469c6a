"""Whoever sees a tab over a shoulder learns neither why somebody is there nor who they are."""

import re
from pathlib import Path

import pytest

from server.notify.discreet import Kind, findings
from server.templates import translations
from server.tongues import LANGUAGES
from tests.web.test_words import TEMPLATES

TITLE = re.compile(r"{% block title %}(.*?){% endblock %}", re.S)
SAID = re.compile(r"_\('((?:[^'\\]|\\.)*)'")
TRANS = re.compile(r"{%-? ?trans[^%]*%}(.*?){%-? ?endtrans", re.S)
NAMES = re.compile(r"\b(name|first_name|person|patient|who|therapist\w*|service_name|card\.name|clinic\.name)\b")
STAFF = re.compile(r"extends ['\"](staff|clinic/shell|styleguide)|^(accounts|setup|home|styleguide)/?", re.M)
OWN = re.compile("^clinic/")
"""Pages about what the clinic itself published or owns, open to its staff alone."""


def titles() -> list[tuple[str, str]]:
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        title = TITLE.search(path.read_text(encoding="utf-8"))
        if title and title[1].strip():
            found.append((path.relative_to(TEMPLATES).as_posix(), title[1]))
    return found


def for_staff(path: str) -> bool:
    return bool(STAFF.search(path) or STAFF.search((TEMPLATES / path).read_text(encoding="utf-8")))


@pytest.mark.parametrize(("path", "title"), titles(), ids=lambda value: value if value.endswith(".html") else "")
def test_a_title_names_nobody(path: str, title: str) -> None:
    fields = re.sub(r"'[^']*'", "", title)  # what stands in it besides its own sentences
    assert OWN.match(path) or not NAMES.search(fields.replace("name=", ""))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "title"),
    [(path, title) for path, title in titles() if not for_staff(path)],
    ids=lambda value: value if value.endswith(".html") else "",
)
def test_a_patients_title_says_nothing_of_why(path: str, title: str, language: str) -> None:
    text = (TEMPLATES / path).read_text(encoding="utf-8")
    macro = re.search(r"{%-? ?macro (headline|next_free)\(\).*?endmacro", text, re.S)
    sentences = SAID.findall(title + (macro[0] if macro and macro[1] in title else ""))
    said = [translations(language).gettext(words.replace("\\'", "'")) for words in sentences]
    spoken = [*said, *TRANS.findall(title)]
    assert findings("\n".join(spoken), kinds=frozenset(Kind)) == []


def test_the_lint_reads_titles() -> None:
    known = dict(titles())
    assert SAID.findall(known["visit/over.html"]) == ["Thank you for coming"]
    assert len(known) > 60
    assert isinstance(TEMPLATES, Path)
