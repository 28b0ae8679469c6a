"""The stylesheets of a framed page as one: a frame begins later than a page, so it asks for less."""

import gzip
import posixpath
import re
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.errors import NotFound
from server.framing import PREFIX
from server.routing import GuardedRoute, page
from server.templates import build_id, environment, static, web_folder

MOST = 12
NAME = re.compile(r"[a-z][a-z-]*")
COMMENT = re.compile(r"/\*.*?\*/\s*", re.S)
FETCHED = re.compile(r'url\("(\.[^"]+)"\)')
HEADERS = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}


async def sheet(request: Request) -> Response:
    """`GET /embed/sheets/{build}/{names}.css`: what every page has, then these, then what paper needs."""
    names = tuple(request.path_params["names"].split("+"))
    if request.path_params["build"] != build_id() or len(names) > MOST or not all(map(_is_part, names)):
        raise NotFound()
    body, packed = joined(names)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type="text/css", headers={**HEADERS, "content-encoding": "gzip"})
    return Response(body, media_type="text/css", headers=HEADERS)


@lru_cache(maxsize=32)
def joined(names: tuple[str, ...]) -> tuple[bytes, bytes]:
    """The sheets in their order, and the same compressed."""
    every = re.findall(r"/css/([\w/-]+)\.css", str(environment("en").globals["links"]))
    paths = [*every, *(f"parts/{name}" for name in names), "parts/print"]
    body = "".join(_plain(f"css/{path}.css") for path in paths).encode()
    return body, gzip.compress(body, mtime=0)


def _plain(path: str) -> str:
    """A sheet without comments; what it fetches is named from the root, since it stands elsewhere now."""
    text = COMMENT.sub("", (web_folder() / "static" / path).read_text(encoding="utf-8"))

    def from_root(found: re.Match[str]) -> str:
        return f'url("{static(posixpath.normpath(posixpath.join(posixpath.dirname(path), found[1])))}")'

    return FETCHED.sub(from_root, text)


def _is_part(name: str) -> bool:
    return bool(NAME.fullmatch(name)) and (web_folder() / f"static/css/parts/{name}.css").is_file()


routes: list[GuardedRoute] = [
    page(f"{PREFIX}/sheets/{{build}}/{{names}}.css", sheet, Action.PUBLIC, name="embed_sheet")
]
