"""What every answer carries, and what an unknown address, a foreign site and a broken assumption get."""

import pytest
from starlette.routing import Route

from server.assets import build_id, web_folder
from tests.server.conftest import browser_on
from tests.server.pausing import until_paused

WORDS = {"invalid", "failed", "error occurred"}


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/help"])
async def test_every_answer_carries_the_policy(client, path) -> None:
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "camera=(self)" in headers["permissions-policy"]


@pytest.mark.asyncio
@pytest.mark.parametrize(("name", "leave"), [("call/blur/worker.js", True), ("call/blur/blur.js", False)])
async def test_one_worker_alone_may_compile_and_no_page_may(client, name, leave) -> None:
    answer = await client.get(f"/static/{build_id()}/js/{name}")
    assert answer.status_code == 200
    assert ("'wasm-unsafe-eval'" in answer.headers["content-security-policy"]) is leave
    assert "'unsafe-" not in answer.headers["content-security-policy"]


@pytest.mark.asyncio
async def test_a_file_carries_what_guards_a_file_and_nothing_of_pages(client) -> None:
    headers = (await client.get(f"/static/{build_id()}/js/call/blur/blur.js")).headers
    assert {"content-security-policy", "x-content-type-options", "cross-origin-resource-policy"} <= set(headers)
    assert not {"permissions-policy", "cross-origin-opener-policy", "x-frame-options"} & set(headers)
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    page = await client.get(f"/static/{build_id()}/js/nowhere.js")
    assert page.status_code == 404
    assert {"permissions-policy", "cross-origin-opener-policy", "x-frame-options"} <= set(page.headers)


@pytest.mark.asyncio
async def test_a_script_goes_over_the_line_compressed_and_is_itself_again_and_a_page_does_not(client) -> None:
    path = "js/elements/measure-form.js"
    there, url = (web_folder() / "static" / path).read_bytes(), f"/static/{build_id()}/{path}"
    packed = await client.get(url, headers={"accept-encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "accept-encoding")
    assert int(packed.headers["content-length"]) < len(there) / 2
    assert packed.content == there
    assert packed.headers["content-type"].startswith("text/javascript")
    plain = await client.get(url, headers={"accept-encoding": "identity"})
    assert (plain.content, "content-encoding" in plain.headers) == (there, False)
    again = await client.get(url, headers={"accept-encoding": "gzip", "if-none-match": packed.headers["etag"]})
    assert again.status_code == 304
    font = await client.get(f"/static/{build_id()}/vendor/fonts/newsreader-latin.woff2")
    assert "content-encoding" not in font.headers
    assert "content-encoding" not in (await client.get("/help")).headers


@pytest.mark.asyncio
async def test_an_unknown_address_is_answered_kindly(client) -> None:
    answer = await client.get("/nowhere", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert not [word for word in WORDS if word in answer.text.lower()]
    assert "<h1" in answer.text


@pytest.mark.asyncio
async def test_a_program_gets_problem_json(client) -> None:
    answer = await client.get("/nowhere", headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


@pytest.mark.asyncio
async def test_d03_a_write_from_another_site_changes_nothing(client) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "", "origin": "https://evil.example"}):
        assert (await client.post("/staff/sign-in", headers=headers)).status_code == 403


@pytest.mark.asyncio
async def test_a21_an_unknown_host_is_refused(client) -> None:
    assert (await client.get("/healthz", headers={"host": "evil.example"})).status_code == 400


@pytest.mark.asyncio
async def test_e02_a_body_without_end_is_cut_early(client) -> None:
    async def endless():
        for _ in range(64):
            yield b"x" * 65536

    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await client.post("/staff/sign-in", content=endless(), headers=form)
    assert answer.status_code == 413


@pytest.mark.asyncio
async def test_a_broken_assumption_is_told_without_details(app, client) -> None:
    async def broken(request):
        raise RuntimeError("the secret is in the details")

    app.router.routes.append(Route("/broken", broken))
    answer = await client.get("/broken", headers={"accept": "text/html"})
    assert answer.status_code == 500
    assert "details" not in answer.text
    assert "frame-ancestors" in answer.headers["content-security-policy"]


@pytest.mark.asyncio
async def test_metrics_need_their_token(client) -> None:
    assert (await client.get("/metrics")).status_code == 404
    assert (await client.get("/metrics", headers={"authorization": "Bearer "})).status_code == 404


@pytest.mark.asyncio
async def test_a_request_id_comes_back_and_a_strange_one_does_not(client) -> None:
    given = "b1946ac9-2f3c-4d5e"
    assert (await client.get("/healthz", headers={"x-request-id": given})).headers["x-request-id"] == given
    assert (await client.get("/healthz", headers={"x-request-id": "<script>"})).headers["x-request-id"] != "<script>"


@pytest.mark.asyncio
async def test_the_default_limits_stop_a_script_and_nobody_else(app, client) -> None:
    answers = await until_paused(lambda _: client.post("/staff/sign-in", data={}), 20)
    assert {one.status_code for one in answers[:-1]} == {422}
    refused = await client.post("/staff/sign-in", data={}, headers={"accept": "text/html"})
    assert int(refused.headers["retry-after"]) >= 1
    assert "<h1" in refused.text
    assert (await client.get("/help")).status_code == 200, "reading goes on"
    async with browser_on(app, "127.0.0.9") as neighbour:
        assert (await neighbour.post("/staff/sign-in", data={})).status_code == 422
