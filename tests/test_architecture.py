"""The walls of the house: who may import whom (docs and the plan say why; this says whether).

It reads the source as text, so it also sees imports inside functions.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.each import of_each

ROOT = Path(__file__).parent.parent
FEATURES = [
    "audit",
    "accounts",
    "clinic",
    "patients",
    "booking",
    "safety",
    "measures",
    "genetics",
    "record",
    "journal",
    "calm",
    "programmes",
    "visit",
    "support",
    "letters",
    "embed",
    "interop",
    "home",
]
PURE_BANNED = {
    "sqlalchemy",
    "starlette",
    "jinja2",
    "asyncio",
    "os",
    "random",
    "secrets",
    "time",
    "uvicorn",
    "server.db",
}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "uuid4", "token_urlsafe"}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
def imports(path: Path) -> Sequence[str]:
    """Every module this file imports; `from a import b` gives both a and a.b."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, *roots: str) -> bool:
    return any(module == root or module.startswith(root + ".") for root in roots)


def feature_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "server" and parts[1] in FEATURES else None


SERVER = sources("server")
SIGNALING = sources("signaling")


@of_each(path=SERVER)
def test_features_import_leftwards_only(path: Path) -> None:
    mine = feature_of(module_of(path))
    if mine is None:
        return
    order = FEATURES.index(mine)
    wrong = [name for name in imports(path) if (other := feature_of(name)) and FEATURES.index(other) > order]
    assert not wrong, f"{mine} stands left of {wrong}"


@of_each(path=SERVER)
def test_plumbing_knows_no_feature(path: Path) -> None:
    module = module_of(path)
    if (
        feature_of(module)
        or module in {"server.app", "server.schema", "server.cli"}
        or within(module, "server.migrations")
    ):
        return
    assert not [name for name in imports(path) if feature_of(name)]


@of_each(path=SERVER)
def test_only_the_command_imports_the_program_and_only_the_program_every_table(path: Path) -> None:
    module = module_of(path)
    found = set(imports(path))
    assert "server.app" not in found or module in {"server.cli"}
    assert "server.schema" not in found or module in {"server.app", "server.cli"} or within(module, "server.migrations")


@of_each(path=[path for path in SERVER if path.stem in {"rules", "access", "forms"}])
def test_rules_are_pure(path: Path) -> None:
    found = set(imports(path))
    assert not {name for name in found if within(name, *PURE_BANNED)}
    called = {node.func.attr for node in ast.walk(ast.parse(path.read_text())) if _is_method_call(node)}
    assert not called & CLOCKS, "the clock and chance are passed in"


def _is_method_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args and not node.keywords


@of_each(path=[path for path in SERVER if feature_of(module_of(path))])
def test_pages_write_no_sql_and_stores_answer_no_request(path: Path) -> None:
    found = set(imports(path))
    mine = feature_of(module_of(path))
    if "starlette.routing" in found or any(within(name, "starlette") for name in found):
        assert not {name for name in found if within(name, "sqlalchemy")} - {
            "sqlalchemy.ext.asyncio",
            "sqlalchemy.ext.asyncio.AsyncSession",
        }
        assert not {name for name in found if name.endswith(".tables")}
    foreign = {name for name in found if (other := feature_of(name)) and other != mine}
    assert not {name for name in foreign if name.split(".")[2:3] in (["tables"], ["pages"])}


@of_each(path=SERVER)
def test_the_server_knows_of_signaling_the_tickets_alone(path: Path) -> None:
    found = {name for name in imports(path) if within(name, "signaling")}
    if module_of(path) == "server.app":
        return
    assert all(within(name, "signaling.tickets") or name == "signaling" for name in found), found


@of_each(path=SIGNALING)
def test_signaling_knows_nothing_of_the_server(path: Path) -> None:
    assert not [name for name in imports(path) if within(name, "server", "web")]


@pytest.mark.parametrize("name", ["messages", "tickets", "effects", "room"])
def test_the_protocol_has_no_input_or_output(name: str) -> None:
    banned = {"asyncio", "websockets", "starlette", "uvicorn", "aiortc", "time", "socket", "sqlalchemy"}
    assert not {found for found in imports(ROOT / "signaling" / f"{name}.py") if within(found, *banned)}


@pytest.mark.parametrize("path", sources("signaling/media"), ids=module_of)
def test_media_does_not_know_the_room(path: Path) -> None:
    assert not [
        name for name in imports(path) if within(name, "signaling.room", "signaling.hub", "signaling.connection")
    ]


def test_no_file_stands_in_the_shadow_of_a_folder() -> None:
    """Python reads `pages/` and never `pages.py` beside it: what somebody adds there is not there."""
    every = [path for folder in ("server", "signaling", "bench", "tests") for path in sources(folder)]
    assert [path for path in every if path.with_suffix("").is_dir()] == []


def test_no_drawer_for_odds_and_ends() -> None:
    banned = {"utils", "helpers", "common", "misc", "models"}
    everywhere = [*SERVER, *SIGNALING, *(ROOT / "web/static/js").rglob("*.js")]
    assert not [path for path in everywhere if path.stem in banned]


def test_the_daily_suite_looks_where_the_tests_with_a_browser_are() -> None:
    tests = Path(__file__).parent
    said = re.search(r"^browsed='(.*)'$", (tests / "daily.sh").read_text(), re.MULTILINE)
    assert said
    looked = [tests.parent / one for one in said[1].split()]
    marked = [
        path for path in tests.rglob("test_*.py") if "pytest.mark.e2e" in path.read_text() and path != Path(__file__)
    ]
    assert marked
    assert [path for path in marked if not any(path.is_relative_to(one) for one in looked)] == []
