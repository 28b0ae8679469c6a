"""Scripts, sheets and drawings of the house, compressed for who takes them so.

They are the same for everybody and hold nothing of anybody, so their length tells nothing; pages and answers are
another matter and stay as they are (see deploy/Caddyfile).
"""

import gzip
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

KINDS = frozenset({".js", ".css", ".svg"})
MOST_BYTES = 256 * 1024
KEPT_BESIDE = ("content-type", "etag", "last-modified")


class PackedFiles(StaticFiles):
    """Files of a folder."""

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, packed where that is asked for; not modified where the browser has it."""
        plain = super().file_response(full_path, stat_result, scope, status_code)
        path = Path(full_path)
        if not isinstance(plain, FileResponse) or path.suffix not in KINDS or stat_result.st_size > MOST_BYTES:
            return plain
        plain.headers["vary"] = "accept-encoding"
        if "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            return plain
        headers = {name: plain.headers[name] for name in KEPT_BESIDE}
        headers |= {"vary": "accept-encoding", "content-encoding": "gzip"}
        return Response(packed(path, stat_result.st_mtime_ns), status_code, headers)


@lru_cache(maxsize=1024)
def packed(path: Path, _changed_at: int) -> bytes:
    """A file as gzip; once for each state of it."""
    return gzip.compress(path.read_bytes(), mtime=0)
