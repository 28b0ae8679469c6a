"""Reads the shipped files far enough to judge them: `key=value` settings, and the YAML that a compose file uses."""

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def content(name: str) -> list[str]:
    """The lines of a file in deploy/ that are neither empty nor a comment, indentation kept."""
    lines = (DEPLOY / name).read_text().splitlines()
    return [line.rstrip() for line in lines if line.strip() and not line.strip().startswith("#")]


def settings(name: str) -> list[tuple[str, str]]:
    """`key=value` and bare `key` lines, in order; a key may come many times."""
    return [(key, value) for key, _, value in (line.partition("=") for line in content(name))]


def read_yaml(name: str) -> dict[str, Any]:
    """Mappings, lists of scalars or of one mapping each, and plain scalars: what deploy/compose.yaml is written in.

    AssertionError on anything else, so that no line is silently taken for another.
    """
    rest = [(len(line) - len(line.lstrip()), line.strip()) for line in content(name)]
    value = _block(rest, 0)
    assert not rest, f"{name}: cannot read {rest[0]}"
    assert isinstance(value, dict)
    return value


def _block(rest: list[tuple[int, str]], indent: int) -> Any:
    if rest[0][1].startswith("- "):
        return _items(rest, indent)
    found: dict[str, Any] = {}
    while rest and rest[0][0] == indent and not rest[0][1].startswith("- "):
        key, colon, value = rest.pop(0)[1].partition(":")
        assert colon, f"no mapping: {key}"
        assert value[:1] in {"", " "}, f"no mapping: {key}"
        assert key not in found, f"twice: {key}"
        if value:
            found[key] = value.strip().strip('"')
        else:
            found[key] = _block(rest, rest[0][0]) if rest and rest[0][0] > indent else None
    return found


def _items(rest: list[tuple[int, str]], indent: int) -> list[Any]:
    found: list[Any] = []
    while rest and rest[0][0] == indent and rest[0][1].startswith("- "):
        first = rest[0][1][2:]
        if ": " in first and not first.startswith('"'):
            rest[0] = (indent + 2, first)
            found.append(_block(rest, indent + 2))
        else:
            rest.pop(0)
            found.append(first.strip('"'))
    return found
