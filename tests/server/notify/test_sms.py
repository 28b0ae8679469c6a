"""A text message leaves signed, once per id, to the one configured address; without one, staff see it on a page."""

import hashlib
import hmac
import io
import json
from datetime import UTC, datetime
from uuid import uuid4

import httpx2
import pytest

from server.clinic import kept_mail
from server.notify.sms import ConsoleTexter, FileTexter, NotTaken, Sms, WebhookTexter, build_texter

SECRET = "s" * 40
NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)


def sms(**changes) -> Sms:
    values = {"id": uuid4(), "to": "+351912345678", "words": "Somebody waits.", "clinic_id": uuid4()}
    return Sms(**(values | changes))


def texter(url: str) -> WebhookTexter:
    return WebhookTexter(url, SECRET, lambda: NOW)


@pytest.mark.asyncio
async def test_the_provider_gets_a_signed_body_that_it_can_check(provider) -> None:
    sent = sms()
    await texter(provider.url + "/send").send(sent)
    (got,) = provider.received
    assert json.loads(got.body) == {"id": str(sent.id), "to": sent.to, "text": sent.words}
    stamp = got.headers["parlour-timestamp"]
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + got.body, hashlib.sha256).hexdigest()
    assert got.headers["parlour-signature"] == expected
    assert int(stamp) == NOW.timestamp()


@pytest.mark.asyncio
async def test_a_repeat_carries_the_same_id_so_that_the_provider_sends_it_once(provider) -> None:
    same = sms()
    for _ in range(2):
        await texter(provider.url).send(same)
    assert {got.headers["idempotency-key"] for got in provider.received} == {str(same.id)}


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [302, 400, 429, 500])
async def test_any_answer_but_yes_is_tried_again_later(provider, status) -> None:
    provider.status = status
    with pytest.raises(NotTaken):
        await texter(provider.url).send(sms())


@pytest.mark.asyncio
async def test_d14_a_redirect_leads_to_no_other_host(provider) -> None:
    provider.status, provider.location = 307, f"{provider.url}/elsewhere"
    with pytest.raises(NotTaken):
        await texter(provider.url + "/send").send(sms())
    assert [got.path for got in provider.received] == ["/send"]


@pytest.mark.asyncio
async def test_a_provider_that_is_away_raises() -> None:
    with pytest.raises(httpx2.TransportError):
        await texter("http://127.0.0.1:1").send(sms())


@pytest.mark.asyncio
async def test_without_a_provider_the_staff_page_shows_it(tmp_path) -> None:
    kept = sms()
    await FileTexter(tmp_path).send(kept)
    (head,) = kept_mail.newest(tmp_path, kept.clinic_id, ["patients"])
    assert (head.to, head.subject) == (kept.to, "SMS")
    found = kept_mail.find(tmp_path, kept.clinic_id, "patients", kept.id, "http://testserver")
    assert found
    assert "Somebody waits." in found.pieces[0].text
    assert (tmp_path / kept.clinic_id.hex / "patients" / f"{kept.id}.eml").stat().st_mode & 0o777 == 0o600


@pytest.mark.asyncio
async def test_the_console_prints_it_for_whoever_watches() -> None:
    out = io.StringIO()
    await ConsoleTexter(out).send(sms())
    assert out.getvalue() == "SMS to +351912345678: Somebody waits.\n"


def test_the_address_chooses_the_driver(tmp_path) -> None:
    kinds = {"": FileTexter, "console:": ConsoleTexter, "https://sms.example/send": WebhookTexter}
    for url, kind in kinds.items():
        assert isinstance(build_texter(url, SECRET, tmp_path, lambda: NOW), kind)


def test_neither_number_nor_words_nor_secret_are_printed() -> None:
    shown = repr(sms()) + repr(texter("https://sms.example"))
    assert not [word for word in ("912345678", "Somebody", SECRET) if word in shown]
