"""A push knocks and says nothing: a service of our own opens it as a browser would, and checks who signed."""

from dataclasses import replace

import pytest

from server.notify.push import Gone, MemoryPusher, NotTaken, WebPusher, known_service, vapid
from tests.engines.told_browser import Browser, data, signed

KEY = vapid(b"k" * 32)


def pusher(known=lambda endpoint: True) -> WebPusher:
    return WebPusher(KEY, "clinic@linden.example", known)


@pytest.mark.asyncio
async def test_a_knock_has_no_words_and_is_signed_by_this_installation(provider) -> None:
    browser = Browser()
    await pusher().knock(browser.device(provider.url + "/send/abc"))
    (got,) = provider.received
    assert browser.open(got.body) == b""
    assert got.headers["content-encoding"] == "aes128gcm"
    assert got.headers["urgency"] == "high"
    assert 0 < int(got.headers["ttl"]) <= 600
    assert got.headers["topic"] == "new"
    public, claims = signed(got, "http://127.0.0.1")
    assert public == KEY.public
    assert claims["sub"] == "mailto:clinic@linden.example"


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_was_taken_back_is_gone(provider, status) -> None:
    provider.status = status
    with pytest.raises(Gone):
        await pusher().knock(Browser().device(provider.url))


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [307, 413, 429, 500])
async def test_any_other_answer_is_tried_again(provider, status) -> None:
    provider.status, provider.location = status, f"{provider.url}/elsewhere"
    with pytest.raises(NotTaken):
        await pusher().knock(Browser().device(provider.url + "/send"))
    assert [got.path for got in provider.received] == ["/send"]


@pytest.mark.asyncio
async def test_d14_an_address_that_is_no_push_service_is_never_called(provider) -> None:
    with pytest.raises(Gone):
        await pusher(known_service).knock(Browser().device(provider.url))
    assert provider.received == []


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=abc", True),
        ("https://FCM.googleapis.com:443/x", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://user:word@fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evilfcm.googleapis.com.example/x", False),
        ("https://evilpush.apple.com/x", False),
        ("https://127.0.0.1/x", False),
        ("https://[::1]/x", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://2130706433/x", False),
        ("https://evil.example/?https://fcm.googleapis.com/", False),
        ("https://evil.example#@fcm.googleapis.com/", False),
        ("https://evil.example\\@fcm.googleapis.com/", False),
        ("file:///etc/passwd", False),
        ("https://fcm.googleapis.com:port/x", False),
        ("", False),
    ],
)
def test_d14_which_addresses_are_push_services(endpoint, known) -> None:
    assert known_service(endpoint) is known


def test_the_key_is_the_same_after_a_restart_and_another_for_another_installation() -> None:
    assert vapid(b"k" * 32) == KEY
    assert vapid(b"l" * 32).public != KEY.public
    assert len(data(KEY.public)) == 65
    assert b"PRIVATE" not in repr(KEY).encode()


@pytest.mark.asyncio
async def test_the_twin_knows_who_is_gone() -> None:
    twin, device = MemoryPusher(), Browser().device("https://fcm.googleapis.com/x")
    await twin.knock(device)
    twin.gone.add(device.id)
    with pytest.raises(Gone):
        await twin.knock(device)
    assert twin.knocked == [device]


@pytest.mark.parametrize(
    ("keys", "fits"),
    [({}, True), ({"p256dh": "B" + "A" * 86}, False), ({"auth": "c2hvcnQ"}, False), ({"auth": "?"}, False)],
)
def test_keys_that_no_message_could_be_made_for_are_not_kept(keys, fits) -> None:
    device = Browser().device("https://fcm.googleapis.com/x")
    assert pusher().fits(replace(device, **keys)) is fits
    assert MemoryPusher().fits(replace(device, **keys)) is fits


def test_d14_a_device_elsewhere_is_not_kept() -> None:
    assert not pusher(known_service).fits(Browser().device("https://169.254.169.254/latest"))
