"""How long `make serve` takes in a fresh clone on a machine that has Python and nothing else, downloads included.

The baseline is the least that anything of this kind does: a venv with Starlette, uvicorn and Jinja from the same
registry, and their first answer. Nothing comes from a cache of pip's.
"""

import asyncio
import subprocess
import tempfile
from pathlib import Path

from bench.servers import REPO
from bench.start import until_healthy
from bench.timing import Line, Series

BARS = "a first `make serve` answers within 90 s, downloads included"
PATIENCE = 300
LEAST = (
    'python3 -m venv .venv && .venv/bin/python -m pip install --quiet --only-binary :all: "$@"'
    " && exec .venv/bin/python -m bench.bare {port} 1"
)


async def run() -> list[Line]:
    """Once each: a second time would find files in the memory of the machine."""
    with tempfile.TemporaryDirectory(prefix="parlour-bench-first-") as name:
        clone, bare = Path(name) / "parlour", Path(name) / "bare"
        fresh = ["git", "clone", "--quiet", REPO["PYTHONPATH"], str(clone)]
        await asyncio.to_thread(subprocess.run, fresh, check=True)
        bare.mkdir()
        env = {"PIP_NO_CACHE_DIR": "1", "PYTHONDONTWRITEBYTECODE": ""}
        least = ["sh", "-c", LEAST, "sh", "starlette", "uvicorn", "jinja2", "httptools", "uvloop"]
        theirs = await until_healthy(least, bare, patience=PATIENCE, **env, **REPO)(0)
        ours = await until_healthy(["make", "serve"], clone, patience=PATIENCE, PARLOUR_DATA=f"{name}/data", **env)(0)
    baseline = Series("a venv with Starlette, uvicorn and Jinja", "s", [theirs])
    return [Line(Series("a fresh clone to its first answer", "s", [ours]), baseline, bar=90, bar_is="value")]
