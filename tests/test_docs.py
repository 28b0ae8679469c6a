"""What the pages say is so: every setting, command, target, fixture and link that they name exists, and the reverse."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from server.cli import main
from server.config import Settings
from tests.engines.deploy_files import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("deploy/*.md")])
# Written about in .env.example and the compose file, and read there alone.
COMPOSE_ONLY = {"DOMAIN", "TURN_LISTEN_IP", "TURN_EXTERNAL_IP"}


def settings() -> set[str]:
    """The names of the environment variables that the program reads."""
    return {(field.alias or name).upper() for name, field in Settings.model_fields.items()}


def section(page: Path, title: str) -> str:
    """The text under a heading of second rank, up to the next one."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page.read_text(), re.M | re.S)
    assert found, f"{page.name} has no section '{title}'"
    return found[1]


def first_column(text: str) -> list[str]:
    """What stands in backticks in the first column of the tables."""
    return re.findall(r"^\| `([^`]+)`", text, re.M)


def test_operations_lists_every_setting_and_no_other() -> None:
    listed = first_column(section(ROOT / "docs/operations.md", "Settings"))
    assert sorted(listed) == sorted(settings())


def test_example_lists_every_setting_and_no_other() -> None:
    listed = re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
    assert sorted(listed) == sorted(settings() | COMPOSE_ONLY)


def test_example_changes_nothing_until_it_is_edited() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_example_shows_the_true_defaults() -> None:
    shown = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.M))
    for name in ("host", "port", "log_level", "log_format"):
        assert shown[name.upper()] == str(Settings.model_fields[name].default)


def test_operations_lists_every_command_and_no_other() -> None:
    listed = {text.split()[1] for text in first_column(section(ROOT / "docs/operations.md", "Commands"))}
    assert listed == set(main.commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"(?<![/\w])parlour ([a-z]+)(?=[`\s])", " ".join(re.findall(r"`[^`]*`", page.read_text()))))
    assert named <= set(main.commands), page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"<!--.*?-->", "", page.read_text(), flags=re.S)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def targets() -> dict[str, str]:
    """Name -> help text of every documented target of the Makefile."""
    return dict(re.findall(r"^([a-z-]+):.*?## (.+)$", (ROOT / "Makefile").read_text(), re.M))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_a_page_names_exists(page: Path) -> None:
    code = " ".join(re.findall(r"```sh\n.*?```|`[^`]+`", page.read_text(), re.S))
    named = set(re.findall(r"\bmake (?:-C \S+ )?([a-z-]+)", code))
    assert named <= set(targets()), page.name


def test_help_lists_every_target() -> None:
    # `make test` runs this one: its own flags and depth are not this call's.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    said = subprocess.run(["make", "help"], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in said.splitlines()} == set(targets())
    assert {"install", "serve", "test", "test-long", "demo", "check", "bench", "screens", "lock"} <= set(targets())


def test_readme_says_the_two_commands_and_ci_uses_them() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "```sh\nmake serve\n```" in readme
    assert "```sh\nmake test\n```" in readme
    assert "\nmake test\n" in (ROOT / ".ci/run").read_text()


def test_every_fixture_that_contributing_offers_exists() -> None:
    offered = re.findall(r"`(\w+)`", re.search(r"by fixture: (.*?)\(", (ROOT / "CONTRIBUTING.md").read_text(), re.S)[1])  # type: ignore[index]
    written = "".join(file.read_text() for file in (ROOT / "tests/engines").glob("*.py"))
    assert len(offered) >= 6
    for name in offered:
        assert f"def {name}(" in written, name


def test_pages_promise_no_certificate() -> None:
    for page in PAGES:
        for claim in re.findall(r"(?i)(?:HIPAA|GDPR|MDR)[- ](?:compliant|certified)", page.read_text()):
            pytest.fail(f"{page.name} claims: {claim}")
