"""What docs/embedding.md tells a site is what the script does."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from server.assets import web_folder
from tests.engines.deploy_files import ROOT

PAGE = (ROOT / "docs/embedding.md").read_text()
FOLDER = web_folder() / "static/embed"


@pytest.fixture(scope="module")
def said(node_path: str) -> dict[str, dict[str, object]]:
    """What the modules hold."""
    show = (
        f"Promise.all(['contract', 'options'].map(name => import('{FOLDER}/' + name + '.js'))).then(([one, two]) =>"
        " console.log(JSON.stringify({ events: one.EVENTS, options: two.OPTIONS, forms: two.FORMS })))"
    )
    done = subprocess.run([node_path, "-e", show], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def table(title: str) -> dict[str, str]:
    """The first table under a heading: first column to the second."""
    part = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
    assert part, title
    first = re.search(r"(?:^\|.*\n)+", part[1], re.M)
    assert first
    return dict(re.findall(r"^\| `([^`]+)` \|([^|]*)\|", first[0], re.M))


def test_events(said) -> None:
    told = {name: re.findall(r"`(\w+)`", fields) for name, fields in table("Events").items()}
    assert told == {name: list(fields) for name, fields in said["events"].items()}


def test_options(said) -> None:
    assert list(table("Options")) == list(said["options"])


def test_forms(said) -> None:
    assert list(table("Forms")) == said["forms"]


def test_codes() -> None:
    written = "".join(Path(path).read_text() for path in FOLDER.glob("*.js"))
    used = set(re.findall(r'code: "([a-z]+-[a-z]+)"', written))
    assert used == set(re.findall(r"^\| `((?:unknown|unfit|no|not)-[a-z]+)` \|", PAGE, re.M))


def test_the_commands_are_there() -> None:
    start = (FOLDER / "start.js").read_text()
    for command in ("on", "scan"):
        assert f'command === "{command}"' in start
        assert f'Parlour("{command}"' in PAGE
