"""Limits: generous for people, firm for a script, and fair about addresses."""

import pytest
from limits import parse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from server.middleware.ratelimit import READS, WRITES, Limit, RateLimits, client_key, limit_for, open_storage


def test_the_narrowest_line_comes_first() -> None:
    assert str(limit_for("/staff/sign-in", "POST").item) == "20 per 1 minute"
    assert limit_for("/c/linden", "GET").prefix == "/c/"
    assert limit_for("/anything", "OPTIONS") is None


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_one_visitor_is_one_address_or_one_line(host, key) -> None:
    assert client_key(host) == key


async def answer(request, problem):
    return PlainTextResponse("later", problem.status, {"retry-after": str(problem.retry_after)})


async def hello(request):
    return PlainTextResponse("hello")


def small_app() -> Starlette:
    table = (Limit("/", WRITES, parse("2/minute")), Limit("/", READS, parse("3/minute")))
    limits = Middleware(RateLimits, answer=answer, table=table)
    return Starlette(routes=[Route("/", hello, methods=["GET", "POST"])], middleware=[limits])


def test_the_third_write_waits_and_reads_go_on() -> None:
    with TestClient(small_app()) as client:
        assert [client.post("/").status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/").status_code == 200
        assert 1 <= int(client.post("/").headers["retry-after"]) <= 61


def test_b12_a_forged_forwarded_header_changes_nothing() -> None:
    with TestClient(small_app()) as client:
        answers = [client.post("/", headers={"x-forwarded-for": f"9.9.9.{n}"}).status_code for n in range(3)]
    assert answers == [200, 200, 429]


def test_another_address_has_a_window_of_its_own() -> None:
    app = small_app()
    for host in ("10.0.0.1", "10.0.0.2"):
        with TestClient(app, client=(host, 5000)) as client:
            assert client.post("/").status_code == 200
            assert client.post("/").status_code == 200


def test_a_redis_that_is_away_does_not_close_the_clinic() -> None:
    storage = open_storage("redis://127.0.0.1:1/0")
    limits = Middleware(RateLimits, answer=answer, storage=storage)
    with TestClient(Starlette(routes=[Route("/", hello)], middleware=[limits])) as client:
        assert client.get("/").status_code == 200
