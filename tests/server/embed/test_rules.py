"""Origins as people type them and as browsers say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.embed.rules import Around, Unfit, around, frame_headers, read_origin


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://clinic.example", "https://clinic.example"),
        (" Clinic.Example/contact?a=b#c ", "https://clinic.example"),
        ("https://www.clinic.example:443/", "https://www.clinic.example"),
        ("https://clinic.example:8443", "https://clinic.example:8443"),
        ("praxis-müller.example", "https://xn--praxis-mller-klb.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:3000/", "http://[::1]:3000"),
        ("https://203.0.113.9", "https://203.0.113.9"),
    ],
)
def test_what_people_type_is_what_a_browser_says(typed: str, origin: str) -> None:
    assert read_origin(typed) == origin


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Unfit.MISSING),
        ("   ", Unfit.MISSING),
        ("https://*.clinic.example", Unfit.MANY_AT_ONCE),
        ("*", Unfit.MANY_AT_ONCE),
        ("http://clinic.example", Unfit.NOT_SECURE),
        ("http://203.0.113.9", Unfit.NOT_SECURE),
        ("ftp://clinic.example", Unfit.NOT_AN_ADDRESS),
        ("javascript:alert(1)", Unfit.NOT_AN_ADDRESS),
        ("null", Unfit.NOT_AN_ADDRESS),
        ("clinic", Unfit.NOT_AN_ADDRESS),
        ("https://jo@clinic.example", Unfit.NOT_AN_ADDRESS),
        ("https://clinic.example:port", Unfit.NOT_AN_ADDRESS),
        ("https://clinic..example", Unfit.NOT_AN_ADDRESS),
        ("https://clinic.example; script-src evil.example", Unfit.NOT_AN_ADDRESS),
        (f"https://{'a' * 220}.example", Unfit.NOT_AN_ADDRESS),
    ],
)
def test_what_is_no_single_safe_origin_is_not_listed(typed: str, why: Unfit) -> None:
    assert read_origin(typed) is why


@given(st.text(max_size=60))
def test_whatever_is_listed_adds_no_word_to_a_policy(typed: str) -> None:
    origin = read_origin(typed)
    if not isinstance(origin, Unfit):
        assert not set(origin) & set(" ;,'\"\n\r\t*@")
        assert read_origin(origin) == origin


LISTED = {"https://clinic.example"}


def test_only_the_very_origin_is_around() -> None:
    assert around("https://clinic.example", LISTED, ()) == Around("https://clinic.example")
    for at in (
        "",
        "null",
        "https://clinic.example.evil.example",
        "https://clinic.example:8443",
        "http://clinic.example",
        "https://sub.clinic.example",
        "https://clinic.example/",
    ):
        assert around(at, LISTED, ()) is None


def test_nobody_is_around_where_nobody_is_listed_but_the_staffs_own_preview() -> None:
    own = {"https://parlour.example"}
    assert around("https://clinic.example", (), own) is None
    assert around("https://parlour.example", (), own) == Around("https://parlour.example", preview=True)


def test_the_headers_name_one_origin_alone() -> None:
    headers = frame_headers("https://clinic.example")
    assert headers["content-security-policy"].endswith("frame-ancestors https://clinic.example")
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
