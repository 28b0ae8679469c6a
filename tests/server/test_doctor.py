"""The doctor says in words what is missing, and is right about the real engines."""

from datetime import UTC, datetime, timedelta

import pytest

from server import keyfile
from server.config import Settings
from server.doctor import Health, address, folder, jobs, mail, parse_turn, proxy, relay, report, sms
from signaling.media.ice import ice_servers


def settings(tmp_path, **given) -> Settings:
    return Settings(PARLOUR_DATA=tmp_path, **given)


def test_without_https_the_first_visit_is_in_doubt(tmp_path) -> None:
    assert address(settings(tmp_path)).health is Health.CARE
    assert address(settings(tmp_path, public_url="https://clinic.example")).health is Health.WELL


def test_a_proxy_that_nobody_named(tmp_path) -> None:
    given = {"public_url": "https://clinic.example"}
    assert proxy(settings(tmp_path, **given)).health is Health.CARE
    assert proxy(settings(tmp_path, trusted_proxies="127.0.0.1", **given)).health is Health.WELL


def test_a_folder_that_others_may_read_is_ill(tmp_path) -> None:
    data = tmp_path / "data"
    assert folder(settings(data)).health is Health.CARE
    keyfile.load(data)
    assert folder(settings(data)).health is Health.WELL
    data.chmod(0o755)
    assert folder(settings(data)).health is Health.ILL


def test_a_node_that_leaves_its_mails_to_another_needs_one(tmp_path) -> None:
    two = {"database_url": "postgresql://one/records", "keys_url": "postgresql://one/keys"}
    assert jobs(settings(tmp_path)).health is Health.WELL
    assert jobs(settings(tmp_path, jobs=False, **two)).health is Health.CARE
    assert jobs(settings(tmp_path, jobs=False)).health is Health.ILL


@pytest.mark.asyncio
async def test_mail_that_is_taken_and_mail_that_is_not(tmp_path, smtp_server) -> None:
    assert (await mail(settings(tmp_path))).health is Health.CARE
    assert (await mail(settings(tmp_path, smtp_url=smtp_server.url))).health is Health.WELL
    assert (await mail(settings(tmp_path, smtp_url="smtp://127.0.0.1:1"))).health is Health.ILL


@pytest.mark.asyncio
async def test_text_messages_that_go_nowhere_and_a_provider_that_cannot_be_reached(tmp_path) -> None:
    assert (await sms(settings(tmp_path))).health is Health.CARE
    assert (await sms(settings(tmp_path, sms_url="https://127.0.0.1:1/", sms_secret="s" * 40))).health is Health.ILL


@pytest.mark.asyncio
async def test_the_real_relay_relays_for_the_right_secret_alone(coturn) -> None:
    now, an_hour = datetime.now(UTC), timedelta(hours=1)
    assert (await relay([])).health is Health.CARE
    assert (await relay(ice_servers(coturn.urls, coturn.secret, "doctor", now, an_hour))).health is Health.WELL
    assert (await relay(ice_servers(coturn.urls, "x" * 40, "doctor", now, an_hour))).health is Health.ILL
    assert (
        await relay(ice_servers(coturn.urls, coturn.secret, "doctor", now - an_hour * 2, an_hour))
    ).health is Health.ILL


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("turn:turn.example", ("turn.example", 3478, "udp")),
        ("turn:turn.example:5000?transport=tcp", ("turn.example", 5000, "tcp")),
        ("turns:turn.example:5349?transport=udp", ("turn.example", 5349, "udp")),
    ],
)
def test_a_turn_url_says_where(url, place) -> None:
    assert parse_turn(url) == place


def test_the_report_is_one_line_each(tmp_path) -> None:
    lines = report([address(settings(tmp_path)), folder(settings(tmp_path / "none"))]).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Address      needs care")


@pytest.mark.asyncio
async def test_a_clinic_that_hides_addresses_and_has_no_relay_any_more_is_ill() -> None:
    found = await relay([], ["Linden Practice"])
    assert found.health is Health.ILL
    assert "Linden Practice chose to send calls through the relay alone" in found.words
