"""deploy/turn-start.sh: the secret stays off the command line, TLS runs when there is a certificate."""

import asyncio
import os
import signal
import socket
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.engines.children import end, start, until
from tests.engines.deploy_files import DEPLOY
from tests.engines.ports import free_ports
from tests.engines.turn import Relay, answers, listens
from tests.engines.turn_client import TurnClient

SECRET = "a" * 32


def certificate(folder: Path, name: str) -> None:
    """Writes relay.crt and relay.key for this name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=subject, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "relay.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "relay.key").write_bytes(private)


def shown_name(port: int, versions: ssl.TLSVersion | None = None) -> str:
    """The common name of the certificate that this port shows; ssl.SSLError or OSError when it shows none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if versions:
        context.maximum_version = versions
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain, server_hostname="relay.test") as secure,
    ):
        shown = secure.getpeercert(binary_form=True)
    assert shown
    return str(x509.load_der_x509_certificate(shown).subject.rfc4514_string())


def command_line(pid: int) -> str:
    """What everybody on the machine can read of a process."""
    return Path(f"/proc/{pid}/cmdline").read_text()


def environment(folder: Path, **more: str) -> tuple[dict[str, str], int, int]:
    """What the script reads, with free ports; the plain and the TLS port."""
    port, tls = free_ports(2)
    (folder / "turn.secret").write_text(f"{SECRET}\n")
    ours = {
        "TURN_CONFIG": str(DEPLOY / "turnserver.conf"),
        "TURN_RUN": str(folder),
        "TURN_SECRET_FILE": str(folder / "turn.secret"),
        "TURN_LISTEN_IP": "127.0.0.1",
        "TURN_REALM": "relay.test",
        "TURN_PORT": str(port),
        "TURN_TLS_PORT": str(tls),
        "TURN_WAIT": "0",
    }
    return os.environ | ours | more, port, tls


@pytest.mark.asyncio
async def test_starts_with_tls_and_takes_a_renewed_certificate(tmp_path: Path) -> None:
    certificate(tmp_path, "first.test")
    files = {"TURN_CERT": str(tmp_path / "relay.crt"), "TURN_KEY": str(tmp_path / "relay.key")}
    env, port, tls = environment(tmp_path, **files)
    log = tmp_path / "log"
    child = start(["sh", str(DEPLOY / "turn-start.sh")], log, env=env)
    try:
        await until(lambda: answers(port), child, log, within=15)
        await until(lambda: listens(tls), child, log, within=15)
        with TurnClient(port, *Relay(port, SECRET, log).credentials()) as client:
            assert client.allocate() == 0
            assert client.permit("169.254.169.254") == 403
        assert shown_name(tls) == "CN=first.test"
        assert SECRET not in command_line(child.pid)
        assert (tmp_path / "turnserver.conf").stat().st_mode & 0o077 == 0

        certificate(tmp_path, "second.test")
        child.send_signal(signal.SIGUSR2)

        async def renewed() -> bool:
            return await asyncio.to_thread(shown_name, tls) == "CN=second.test"

        await until(renewed, child, log, within=15)
    finally:
        end(child)


@pytest.mark.asyncio
async def test_starts_without_a_certificate_and_says_so(tmp_path: Path) -> None:
    env, port, tls = environment(tmp_path, TURN_CERT=str(tmp_path / "missing"))
    log = tmp_path / "log"
    child = start(["sh", str(DEPLOY / "turn-start.sh")], log, env=env)
    try:
        await until(lambda: answers(port), child, log, within=15)
        assert not await listens(tls)
        assert "No certificate" in log.read_text()
    finally:
        end(child)


@pytest.mark.parametrize("secret", ["", "short"])
def test_refuses_a_weak_secret(tmp_path: Path, secret: str) -> None:
    env, _, _ = environment(tmp_path)
    (tmp_path / "turn.secret").write_text(secret)
    done = subprocess.run(["sh", str(DEPLOY / "turn-start.sh")], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "shorter than 32" in done.stderr


def test_behind_a_mapped_address_two_on_the_same_relay_may_meet(tmp_path: Path) -> None:
    """The relay's own address counts as inner there; it alone is let through."""
    env, _, _ = environment(tmp_path, TURN_EXTERNAL_IP="9.9.9.9", TURN_LISTEN_IP="10.1.2.3", PATH=f"{tmp_path}:/bin")
    (tmp_path / "turnserver").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "turnserver").chmod(0o755)
    subprocess.run(["sh", str(DEPLOY / "turn-start.sh")], env=env, check=True)
    written = (tmp_path / "turnserver.conf").read_text().splitlines()
    assert "external-ip=9.9.9.9/10.1.2.3" in written
    assert [line for line in written if line.startswith("allowed-peer-ip")] == ["allowed-peer-ip=10.1.2.3"]
