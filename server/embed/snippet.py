"""`/embed/v1.js`: the one script that a clinic's page loads, joined from its small modules and kept small.

Version 1 stays as it is for who has pasted it: options and events may be added, never renamed or taken away.
"""

import gzip
import json
import re
from functools import cache
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.assets import web_folder
from server.framing import PREFIX
from server.routing import GuardedRoute, page
from server.templates import translations
from server.tongues import LANGUAGES

PARTS = ("contract", "options", "talk", "popup", "float", "start")
AN_HOUR = 3600
HEADERS = {
    "cache-control": f"public, max-age={AN_HOUR}, stale-while-revalidate={24 * AN_HOUR}",
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
    "vary": "accept-encoding",
}
NOT_NEEDED = re.compile(r"/\*\*(?:(?!\*/).)*\*/|^\s*//[^\n]*$|^import [^\n]*$", re.M | re.S)
SPACES = re.compile(r"^\s+", re.M)


async def script(request: Request) -> Response:
    """`GET /embed/v1.js`."""
    body, packed, tag = snippet()
    if request.headers.get("if-none-match", "") == tag:
        return Response(status_code=304, headers={**HEADERS, "etag": tag})
    headers = {**HEADERS, "etag": tag}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers = packed, {**headers, "content-encoding": "gzip"}
    return Response(body, media_type="text/javascript; charset=utf-8", headers=headers)


@cache
def snippet() -> tuple[bytes, bytes, str]:
    """The script, the same compressed, and its tag."""
    parts = [(web_folder() / "static/embed" / f"{name}.js").read_text(encoding="utf-8") for name in PARTS]
    known = json.dumps({language: words(language) for language in LANGUAGES}, ensure_ascii=False)
    # A page may carry it twice; the second finds the first and says nothing.
    whole = f'(() => {{"use strict"; if (window.Parlour?.version) return;\nconst WORDS = {known};\n'
    text = whole + "".join(plain(part) for part in parts) + "})();\n"
    body = text.encode()
    return body, gzip.compress(body, mtime=0), f'"{sha256(body).hexdigest()[:16]}"'


def plain(module: str) -> str:
    """A module of ours as part of one script: without imports, exports and what only its reader needs."""
    bare = re.sub(r"^export ", "", NOT_NEEDED.sub("", module), flags=re.M)
    return SPACES.sub("", bare)


def words(language: str) -> dict[str, str]:
    """The few words that stand around the frame."""
    _ = translations(language).gettext
    return {
        "close": _("Close"),
        "wait": _("One moment. The free times are on their way."),
        "tab": _("Open it in a tab of its own"),
    }


routes: list[GuardedRoute] = [page(f"{PREFIX}/v1.js", script, Action.PUBLIC, name="embed_script")]
