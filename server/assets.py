"""Static files: their addresses, which change with the build, and what one of them asks for."""

import hashlib
import posixpath
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath


def web_folder() -> Path:
    return Path(str(files("web")))


@cache
def build_id() -> str:
    """Ten characters that change when any static file changes; part of every static address."""
    digest = hashlib.sha256()
    for path in sorted((web_folder() / "static").rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:10]


def static(path: str) -> str:
    """The address of a static file of this build."""
    return f"/static/{build_id()}/{path}"


COMMON, JOINED = "common", "joined"
EVERY_PAGE = (
    "layers", "fonts", "tokens", "base", "layout",
    *(f"parts/{one}" for one in ("header", "button", "field", "choice", "rows", "banner", "sill", "drawing", "theme")),
)  # fmt: skip
"""The sheets of every page, in their order."""


def joined(names: Sequence[str]) -> str:
    """The address of these parts as one stylesheet (server/sheets.py); COMMON is what every page has."""
    return static(f"{JOINED}/{'+'.join(names)}.css")


IMPORTED = re.compile(r"""\b(?:from|import)\s+['"](\.[^'"]+)['"]""")


@cache
def modules(path: str) -> tuple[str, ...]:
    """A module and all that it imports, and they: paths of static files. So a page can ask for all of them at once."""
    found, todo = {path: None}, [path]
    while todo:
        here = PurePosixPath(todo.pop())
        text = (web_folder() / "static" / here).read_text(encoding="utf-8")
        names = [posixpath.normpath(here.parent / name) for name in IMPORTED.findall(text)]
        todo += [name for name in dict.fromkeys(names) if name not in found]
        found |= dict.fromkeys(names)
    return tuple(found)
