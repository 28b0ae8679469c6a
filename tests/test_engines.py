"""The engines that other tests stand on do what their fixtures promise."""

import asyncio
import smtplib
import subprocess
from email.message import EmailMessage

import asyncpg
import pytest
import redis.asyncio as redis
from playwright.async_api import BrowserContext

from tests.engines.mail import Postbox
from tests.engines.postgres import NewDatabase
from tests.engines.turn import Relay

pytestmark = pytest.mark.asyncio

GATHER = """async (server) => {
  const connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: "relay" });
  connection.createDataChannel("probe");
  const found = new Promise((resolve) => {
    connection.onicecandidate = (event) => event.candidate === null ? resolve("none")
      : event.candidate.type === "relay" && resolve("relay");
  });
  await connection.setLocalDescription();
  const answer = await found;
  connection.close();
  return answer;
}"""


async def test_chromium_has_a_fake_camera_and_microphone(browser_context: BrowserContext) -> None:
    page = await browser_context.new_page()
    kinds = await page.evaluate("navigator.mediaDevices === undefined")
    assert kinds is True  # about:blank is no secure context: the fixture hides nothing of that
    assert "Chrom" in await page.evaluate("navigator.userAgent")


async def test_each_asker_gets_an_empty_database(new_postgres: NewDatabase) -> None:
    first, second = await new_postgres(), await new_postgres()
    connection = await asyncpg.connect(first)
    await connection.execute("CREATE TABLE seats (number int)")
    await connection.close()
    connection = await asyncpg.connect(second)
    assert await connection.fetchval("SELECT to_regclass('seats')") is None
    assert await connection.fetchval("SELECT current_setting('server_version_num')::int") >= 150000
    await connection.close()


async def test_valkey_publishes_to_a_subscriber(valkey_url: str) -> None:
    client = redis.from_url(valkey_url)
    async with client.pubsub() as listener:
        await listener.subscribe("engines")
        assert (await listener.get_message(timeout=5))["type"] == "subscribe"
        await client.publish("engines", b"hello")
        assert (await listener.get_message(timeout=5))["data"] == b"hello"
    await client.aclose()


async def test_postbox_keeps_what_arrives_and_can_refuse(smtp_server: Postbox) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Your appointment", "clinic@example.org", "ana@example.org"
    mail.set_content("See you on Tuesday – at nine.")

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", smtp_server.port) as client:
            client.send_message(mail)

    await asyncio.to_thread(send)
    (kept,) = await smtp_server.wait_for(1)
    assert kept["Subject"] == "Your appointment"
    assert "Tuesday – at nine" in kept.get_content()
    assert smtp_server.recipients == [["ana@example.org"]]
    smtp_server.refuse = "451 later"
    with pytest.raises(smtplib.SMTPDataError):
        await asyncio.to_thread(send)


async def test_relay_gives_chromium_a_candidate_for_a_true_secret_alone(
    coturn: Relay, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    username, credential = coturn.credentials()
    server = {"urls": coturn.urls[0], "username": username, "credential": credential}
    assert await page.evaluate(GATHER, server) == "relay"
    assert await page.evaluate(GATHER, server | {"credential": "wrong"}) == "none"


async def test_node_runs_without_being_installed(node_path: str) -> None:
    done = await asyncio.to_thread(subprocess.run, [node_path, "--test", "--help"], capture_output=True, check=True)
    assert done.returncode == 0
