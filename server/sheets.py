"""Sheets joined into one, so that a page asks for two: what every page has, which the next finds kept, and its own.

The sources stay as they are read, one file for each part; they are joined when they are first asked for, and kept.
"""

import gzip
import posixpath
import re
from functools import lru_cache

from server.assets import COMMON, EVERY_PAGE, JOINED, static, web_folder

MOST = 24
NAME = re.compile(r"[a-z][a-z-]*")
COMMENT = re.compile(r"/\*.*?\*/\s*", re.S)
FETCHED = re.compile(r'url\("(\.[^"]+)"\)')


def sheet_at(path: str) -> tuple[bytes, bytes] | None:
    """What stands at `joined/slots+print.css` below the static files, and the same as gzip; None of any other path."""
    if not path.startswith(f"{JOINED}/") or not path.endswith(".css"):
        return None
    names = tuple(path.removeprefix(f"{JOINED}/").removesuffix(".css").split("+"))
    return joined(names) if len(names) <= MOST and all(map(_is_part, names)) else None


@lru_cache(maxsize=256)
def joined(names: tuple[str, ...]) -> tuple[bytes, bytes]:
    """The sheets in their order, and the same as gzip; COMMON stands for what every page has."""
    paths = [path for name in names for path in (EVERY_PAGE if name == COMMON else [f"parts/{name}"])]
    body = "".join(_plain(f"css/{path}.css") for path in paths).encode()
    return body, gzip.compress(body, mtime=0)


def _plain(path: str) -> str:
    """A sheet without comments; what it fetches is named from the root, since it stands elsewhere now."""
    text = COMMENT.sub("", (web_folder() / "static" / path).read_text(encoding="utf-8"))

    def from_root(found: re.Match[str]) -> str:
        return f'url("{static(posixpath.normpath(posixpath.join(posixpath.dirname(path), found[1])))}")'

    return FETCHED.sub(from_root, text)


def _is_part(name: str) -> bool:
    part = NAME.fullmatch(name) and (web_folder() / f"static/css/parts/{name}.css").is_file()
    return name == COMMON or bool(part)
