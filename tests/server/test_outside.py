"""Asking servers elsewhere: public addresses alone, checked when connecting, within time and size (attack D14)."""

from base64 import b64encode

import pytest

from server.config import Settings
from server.outside import Bounds, NotReached, Outside, Why
from tests.engines.elsewhere import Elsewhere

pytestmark = pytest.mark.asyncio


def allowed(elsewhere: Elsewhere) -> Outside:
    return Outside([elsewhere.host])


async def why(outside: Outside, address: str, bounds: Bounds = Bounds()) -> Why:
    with pytest.raises(NotReached) as refused:
        await outside.ask("GET", address, bounds=bounds)
    return refused.value.why


@pytest.mark.parametrize(
    "address",
    [
        "https://localhost/a.ics",
        "https://127.0.0.1/",
        "https://2130706433/",  # 127.0.0.1 as one number
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1:8443/",
    ],
)
async def test_an_address_that_leads_inside_is_refused_when_connecting(address: str) -> None:
    assert await why(Outside(), address) is Why.INSIDE


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://calendar.example/a",
        "gopher://127.0.0.1/",
        "http://calendar.example/a.ics",
        "https://user:secret@calendar.example/",
        "https://",
        "https://calendar.example:port/",
        "https://0177.0.0.1/",
        "https://calendar.example\\@127.0.0.1/",
        "//calendar.example/",
        "",
    ],
)
async def test_what_is_no_https_address_is_not_asked(address: str) -> None:
    assert not Outside().may_be_asked(address)
    assert await why(Outside(), address) is Why.ADDRESS


async def test_a_host_that_the_operator_allowed_is_asked_without_tls_and_by_no_other_port(elsewhere: Elsewhere) -> None:
    elsewhere.body, elsewhere.headers = b"here", {"ETag": '"1"'}
    answer = await allowed(elsewhere).ask("GET", elsewhere.at("/a.ics"))
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"here", '"1"')
    assert elsewhere.asked[0].headers["accept-encoding"] == "identity"
    assert await why(allowed(elsewhere), "http://127.0.0.1:1/") is Why.ADDRESS
    assert await why(allowed(elsewhere), "https://127.0.0.1:1/") is Why.INSIDE
    assert await why(Outside(["127.0.0.1:1"]), "http://127.0.0.1:1/") is Why.AWAY


@pytest.mark.parametrize(
    ("onward", "said"),
    [
        ("http://127.0.0.1:1/", Why.ADDRESS),
        ("https://127.0.0.1:1/", Why.INSIDE),
        ("https://169.254.169.254/", Why.INSIDE),
        ("file:///etc/passwd", Why.ADDRESS),
        ("/again", Why.WANDERS),
    ],
)
async def test_a_redirect_is_a_new_destination(elsewhere: Elsewhere, onward: str, said: Why) -> None:
    elsewhere.status, elsewhere.headers = 302, {"Location": onward}
    assert await why(allowed(elsewhere), elsewhere.at(), Bounds(redirects=3)) is said


async def test_redirects_are_not_followed_unless_asked_for(elsewhere: Elsewhere) -> None:
    elsewhere.status, elsewhere.headers = 302, {"Location": "/again"}
    assert (await allowed(elsewhere).ask("GET", elsewhere.at())).status == 302
    assert len(elsewhere.asked) == 1


async def test_another_host_is_never_told_the_password(elsewhere: Elsewhere) -> None:
    port = elsewhere.host.split(":")[1]
    outside = Outside([elsewhere.host, f"localhost:{port}"])
    elsewhere.status, elsewhere.headers = 302, {"Location": f"http://localhost:{port}/b"}
    with pytest.raises(NotReached):
        await outside.ask("GET", elsewhere.at("/a"), user=("mara", "pass"), bounds=Bounds(redirects=1))
    told = [one.headers.get("authorization") for one in elsewhere.asked]
    assert told == [f"Basic {b64encode(b'mara:pass').decode()}", None]


async def test_too_much_is_not_read_to_its_end(elsewhere: Elsewhere) -> None:
    elsewhere.body = b"x" * 100_001
    assert await why(allowed(elsewhere), elsewhere.at(), Bounds(most=100_000)) is Why.TOO_BIG
    elsewhere.body, elsewhere.headers = b"x" * 100, {"Content-Encoding": "gzip"}
    assert await why(allowed(elsewhere), elsewhere.at()) is Why.TOO_BIG


async def test_a_server_that_stalls_is_left(elsewhere: Elsewhere) -> None:
    elsewhere.body = b"x" * 1000
    elsewhere.stalls.set()
    assert await why(allowed(elsewhere), elsewhere.at(), Bounds(seconds=0.3)) is Why.SLOW


async def test_a_name_that_nobody_has_is_away() -> None:
    assert await why(Outside(), "https://nobody.invalid/") is Why.AWAY


async def test_the_setting_takes_hosts_and_no_addresses() -> None:
    assert Settings(private_hosts="Cloud.Clinic.lan, 10.0.0.5:8443").private_host_list == (
        "cloud.clinic.lan",
        "10.0.0.5:8443",
    )
    with pytest.raises(ValueError, match="PRIVATE_HOSTS"):
        Settings(private_hosts="https://cloud.clinic.lan/")
