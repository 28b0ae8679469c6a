"""Scripts, sheets and drawings of the house, compressed for who takes them so, and sheets that were joined into one.

They are the same for everybody and hold nothing of anybody, so their length tells nothing; pages and answers are
another matter and stay as they are (see deploy/Caddyfile), but for a few that say why they may be packed. Starlette's
GZipMiddleware packs those too, and each file anew for everybody who asks; libraries that serve what lies packed on disk
want a step of building, and there is none.
"""

import gzip
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server.sheets import sheet_at

KINDS = frozenset({".js", ".css", ".svg"})
MOST_BYTES = 256 * 1024
KEPT_BESIDE = ("content-type", "etag", "last-modified")
VARY = {"vary": "accept-encoding"}
PACKED = {**VARY, "content-encoding": "gzip"}


class PackedFiles(StaticFiles):
    """Files of a folder."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A joined sheet, or a file. Raises HTTPException where there is none."""
        sheet = sheet_at(path) if scope["method"] in {"GET", "HEAD"} else None
        if sheet is None:
            return await super().get_response(path, scope)
        packs = _packs(scope)
        return Response(sheet[packs], media_type="text/css", headers=PACKED if packs else VARY)

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, packed where that is asked for; not modified where the browser has it."""
        plain = super().file_response(full_path, stat_result, scope, status_code)
        path = Path(full_path)
        if not isinstance(plain, FileResponse) or path.suffix not in KINDS or stat_result.st_size > MOST_BYTES:
            return plain
        plain.headers.update(VARY)
        if not _packs(scope):
            return plain
        headers = {name: plain.headers[name] for name in KEPT_BESIDE}
        return Response(packed(path, stat_result.st_mtime_ns), status_code, headers | PACKED)


def pack(request: Request, response: Response) -> Response:
    """This page compressed, for a phone with little data. It may hold no secret beside what a stranger chose."""
    if not _packs(request.scope):
        return response
    response.body = gzip.compress(bytes(response.body), mtime=0)
    response.headers.update({**PACKED, "content-length": str(len(response.body))})
    return response


def _packs(scope: Scope) -> bool:
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")


@lru_cache(maxsize=1024)
def packed(path: Path, _changed_at: int) -> bytes:
    """A file as gzip; once for each state of it."""
    return gzip.compress(path.read_bytes(), mtime=0)
