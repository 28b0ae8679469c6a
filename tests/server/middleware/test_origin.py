"""Writes come from our own pages, and only under our own name."""

import pytest
from starlette.datastructures import Headers

from server.middleware.origin import host_known, write_allowed

OWN = {"host": "clinic.example"}


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://clinic.example"}, False),
        ({"origin": "https://clinic.example"}, True),
        ({"origin": "http://clinic.example"}, False),
        ({"origin": "https://clinic.example.evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_d03_a_write_says_that_it_comes_from_us(headers, allowed) -> None:
    assert write_allowed(Headers({**OWN, **headers}), "https") is allowed


@pytest.mark.parametrize(
    ("host", "public", "known"),
    [
        ("clinic.example", "clinic.example", True),
        ("CLINIC.example", "clinic.example", True),
        ("evil.example", "clinic.example", False),
        ("clinic.example.evil.example", "clinic.example", False),
        ("clinic.example:81", "clinic.example", False),
        ("", "clinic.example", False),
        ("localhost:8000", "clinic.example", True),
        ("localhost:8000", "", True),
        ("[::1]:8000", "", True),
        ("192.168.1.5:8000", "", True),
        ("evil.example", "", False),
    ],
)
def test_a21_another_name_is_not_ours(host, public, known) -> None:
    assert host_known(host, public) is known
