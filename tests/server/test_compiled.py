"""Compiled templates are kept over a restart, and never served to another language or another build."""

from pathlib import Path

import pytest

from server import compiled, templates
from server.compiled import FOLDER, keep_compiled, made_by


@pytest.fixture
def data(tmp_path: Path):
    yield tmp_path
    for language in templates.LANGUAGES:
        templates.environment(language).bytecode_cache = None


def fresh(language: str):
    """An environment as a server that starts anew has it."""
    templates.environment.cache_clear()
    return templates.environment(language)


def kept(data: Path) -> list[Path]:
    return sorted((data / FOLDER).rglob("*.cache"))


def test_a_template_is_compiled_once_for_all_starts(data, monkeypatch) -> None:
    env = fresh("en")
    keep_compiled(data)
    env.get_template("parts/icon.html")
    assert kept(data)
    again = fresh("en")
    keep_compiled(data)
    monkeypatch.setattr(again, "_generate", lambda *_, **__: pytest.fail("compiled again"))
    again.get_template("parts/icon.html")


def test_each_language_has_its_own(data) -> None:
    assert made_by("en") != made_by("ar")
    for language in ("en", "ar"):
        fresh(language)
    keep_compiled(data)
    for language in ("en", "ar"):
        templates.environment(language).get_template("parts/icon.html")
    assert len({path.parent for path in kept(data)}) == 2


def test_what_another_build_left_goes_and_the_folder_is_its_owners_alone(data, monkeypatch) -> None:
    keep_compiled(data)
    old = set((data / FOLDER).iterdir())
    monkeypatch.setattr(compiled.jinja2, "__version__", "another")
    keep_compiled(data)
    new = set((data / FOLDER).iterdir())
    assert new
    assert not new & old
    assert {path.stat().st_mode & 0o077 for path in new} == {0}


def test_a_damaged_file_is_compiled_again(data) -> None:
    fresh("en")
    keep_compiled(data)
    templates.environment("en").get_template("parts/icon.html")
    for path in kept(data):
        path.write_bytes(path.read_bytes()[:40])
    again = fresh("en")
    keep_compiled(data)
    assert again.get_template("parts/icon.html").module
