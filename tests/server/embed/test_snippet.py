"""The script that a clinic pastes: one small file that any page may load."""

import gzip
import subprocess
from pathlib import Path

import httpx2
import pytest

from server.assets import web_folder
from server.embed.snippet import PARTS, snippet


@pytest.mark.asyncio
async def test_any_page_may_load_it(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/embed/v1.js", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-encoding"] == "gzip"
    assert "set-cookie" not in answer.headers
    plain = await client.get("/embed/v1.js", headers={"accept-encoding": "identity"})
    assert plain.text == answer.text
    again = await client.get("/embed/v1.js", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_it_is_at_most_six_kilobytes_compressed() -> None:
    body, packed, _tag = snippet()
    assert gzip.decompress(packed) == body
    assert len(packed) <= 6000


def test_it_is_one_script_that_parses_and_asks_nobody_else(node_path: str, tmp_path: Path) -> None:
    body, _packed, _tag = snippet()
    whole = tmp_path / "v1.cjs"
    whole.write_bytes(body)
    done = subprocess.run([node_path, "--check", str(whole)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    text = body.decode()
    assert "import " not in text
    for banned in (
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "document.cookie",
        "fetch(",
        "XMLHttpRequest",
        "sendBeacon",
        "innerHTML",
        "eval(",
    ):
        assert banned not in text
    assert '"*"' not in text.replace('heard["*"]', ""), "no message goes to whoever listens"


def test_the_parts_are_those_in_the_folder() -> None:
    there = {path.stem for path in (web_folder() / "static/embed").glob("*.js")}
    assert there == {*PARTS, "frame"}
