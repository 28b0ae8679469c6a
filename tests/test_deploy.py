"""What deploy/ ships: only the promised ports are open, no secret lies in it, and the relay refuses what it must."""

import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import ExitStack
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
import pytest_asyncio

from tests.engines.deploy_files import DEPLOY, ROOT, content, read_yaml, settings
from tests.engines.turn import Relay, run_relay
from tests.engines.turn_client import IPV6, TCP, TurnClient

Address = IPv4Address | IPv6Address
REFUSED, WRONG_CREDENTIALS, QUOTA_REACHED, WRONG_TRANSPORT = 403, 401, 486, 442

# IANA special-purpose address registries (RFC 6890; later entries: RFC 6598, 7526, 7534, 7535, 7450, 8215, 9602,
# 9637, 9780), multicast (RFC 5771, RFC 4291), IPv4-compatible and site-local addresses (RFC 4291, RFC 3879).
SPECIAL = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "::1/128",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001::/32",
    "2001:2::/48",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:30::/28",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "::127.0.0.0/104",
)

INNER = (
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "0.0.0.0",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.251.2",
    "192.168.1.1",
    "192.0.0.8",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
)
INNER_V6 = (
    "::1",
    "::",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "::10.0.0.0",
    "::10.1.0.0",
    "64:ff9b::a9fe:a9fe",
    "2002:a00:1::1",
    "2001:db8::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
)


def denied() -> list[tuple[Address, Address]]:
    ranges = [value.split("-") for key, value in settings("turnserver.conf") if key == "denied-peer-ip"]
    return [(ip_address(first), ip_address(last)) for first, last in ranges]


def holds(first: Address, wanted: Address, last: Address) -> bool:
    """Whether the range holds the address, as coturn up to 4.6 compares: each byte for itself."""
    if wanted.version != first.version:
        return False
    return all(a <= w <= b for a, w, b in zip(first.packed, wanted.packed, last.packed, strict=True))


@pytest.mark.parametrize("network", SPECIAL)
def test_relay_denies_every_special_purpose_range(network: str) -> None:
    wanted = ip_network(network)
    first, last = wanted[0], wanted[-1]
    assert any(holds(a, first, b) and holds(a, last, b) for a, b in denied())


def test_relay_denies_no_public_address() -> None:
    for public in ("9.9.9.9", "192.0.1.1", "172.32.0.1", "2600::1", "2a00::1", "64:ff9c::1", "2001:200::1"):
        wanted = ip_address(public)
        assert not any(holds(a, wanted, b) for a, b in denied()), public


def test_no_range_begins_with_what_coturn_takes_for_anywhere() -> None:
    assert ip_address("::") not in [first for first, _ in denied()]


def test_relay_settings_that_must_stand_and_must_not() -> None:
    stands = dict(settings("turnserver.conf"))
    for needed in ("use-auth-secret", "no-multicast-peers", "no-cli", "no-tcp-relay", "no-tlsv1", "no-tlsv1_1"):
        assert needed in stands
    assert int(stands["user-quota"]) < int(stands["total-quota"])
    assert int(stands["total-quota"]) <= int(stands["max-port"]) - int(stands["min-port"]) + 1
    assert 0 < int(stands["max-bps"]) <= 1_000_000
    forbidden = {"allow-loopback-peers", "static-auth-secret", "user", "no-auth", "web-admin", "prometheus"}
    assert not forbidden & set(stands)
    assert not [key for key in stands if key.startswith("allowed-peer")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shipped(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Relay]:
    """coturn under deploy/turnserver.conf, with an IPv6 relay address beside the IPv4 one."""
    config = (DEPLOY / "turnserver.conf").read_text() + "\nrelay-ip=::1\nno-tls\n"
    async for relay in run_relay(config, tmp_path_factory.mktemp("shipped")):
        yield relay


@pytest.mark.parametrize("peer", INNER)
def test_inner_address_is_refused(shipped: Relay, peer: str) -> None:
    with TurnClient(shipped.port, *shipped.credentials(f"in{peer}")) as client:
        assert client.allocate() == 0
        assert client.permit(peer) == REFUSED
        assert client.bind(peer) == REFUSED


@pytest.mark.parametrize("peer", INNER_V6)
def test_inner_ipv6_address_is_refused(shipped: Relay, peer: str) -> None:
    with TurnClient(shipped.port, *shipped.credentials(f"in{peer}".replace(":", "-"))) as client:
        assert client.allocate(family=IPV6) == 0
        assert client.permit(peer) == REFUSED
        assert client.bind(peer) == REFUSED


def test_public_address_is_allowed(shipped: Relay) -> None:
    with TurnClient(shipped.port, *shipped.credentials("public")) as client:
        assert client.allocate() == 0
        assert client.permit("9.9.9.9") == 0  # a permission is noted at the relay; nothing is sent there
    with TurnClient(shipped.port, *shipped.credentials("public")) as client:
        assert client.allocate(family=IPV6) == 0
        assert client.permit("2620:fe::fe") == 0


def test_no_relay_to_tcp_services(shipped: Relay) -> None:
    with TurnClient(shipped.port, *shipped.credentials("tcp")) as client:
        assert client.allocate(TCP) == WRONG_TRANSPORT


def test_quota_of_one_person_does_not_touch_another(shipped: Relay) -> None:
    quota = int(dict(settings("turnserver.conf"))["user-quota"])
    with ExitStack() as stack:
        credentials = shipped.credentials("greedy")
        clients = [stack.enter_context(TurnClient(shipped.port, *credentials)) for _ in range(quota + 1)]
        assert [client.allocate() for client in clients] == [0] * quota + [QUOTA_REACHED]
        with TurnClient(shipped.port, *shipped.credentials("modest")) as other:
            assert other.allocate() == 0


def test_wrong_and_expired_credentials_are_refused(shipped: Relay) -> None:
    username, password = shipped.credentials()
    for name, word in ((username, "wrong"), (f"{username}x", password), shipped.credentials(lifetime=-60)):
        with TurnClient(shipped.port, name, word) as client:
            assert client.allocate() == WRONG_CREDENTIALS


def test_f21_only_the_promised_ports_are_open() -> None:
    services = read_yaml("compose.yaml")["services"]
    published = {name: service.get("ports", []) for name, service in services.items()}
    assert published == {"app": [], "caddy": ["80:80", "443:443", "443:443/udp"], "turn": []}
    assert [name for name, service in services.items() if service.get("network_mode") == "host"] == ["turn"]
    stands = dict(settings("turnserver.conf"))
    assert (stands["min-port"], stands["max-port"]) == ("49160", "49959")
    assert not [key for key in stands if key.endswith("-port") and key not in {"min-port", "max-port"}]
    assert re.findall(r"TURN_(?:TLS_)?PORT:-(\d+)", (DEPLOY / "turn-start.sh").read_text()) == ["3478", "5349"]


def test_every_container_is_held_tight() -> None:
    for name, service in read_yaml("compose.yaml")["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] == "true", name
        assert "privileged" not in service, name
        assert not [volume for volume in service["volumes"] if "docker.sock" in volume], name


def test_the_network_that_is_trusted_is_the_one_caddy_stands_in() -> None:
    compose = read_yaml("compose.yaml")
    (inside,) = compose["networks"]["inside"]["ipam"]["config"]
    assert compose["services"]["app"]["environment"]["TRUSTED_PROXIES"] == inside["subnet"]
    assert compose["services"]["app"]["networks"] == compose["services"]["caddy"]["networks"] == ["inside"]


def test_image_runs_as_nobody_special_and_stops_in_time() -> None:
    lines = content("Containerfile")
    assert "USER 10001:10001" in lines
    assert "STOPSIGNAL SIGTERM" in lines
    assert "VOLUME /data" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert all("alpine" not in line for line in lines if line.startswith("FROM"))
    assert any("NOTICE.md" in line for line in lines)
    assert read_yaml("compose.yaml")["services"]["app"]["stop_grace_period"] == "20s"
    service = dict(settings("parlour.service"))
    assert service["TimeoutStopSec"] == "20"
    assert (service["DynamicUser"], service["ProtectSystem"], service["NoNewPrivileges"]) == ("yes", "strict", "yes")
    assert {"StateDirectory", "EnvironmentFile"} <= set(service)


def test_what_the_image_copies_exists_and_nothing_private_is_sent_to_the_builder() -> None:
    for line in content("Containerfile"):
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source
    sent = content("Containerfile.dockerignore")
    assert sent[0] == "*"
    assert not [line for line in sent[1:] if re.search(r"data|venv|secret|\.env", line)]


def test_no_secret_ships() -> None:
    # A value of twelve and more characters with a digit in it, given to a name that says secret; no path, no reference.
    assignment = re.compile(r"(?i)(?:secret|password|token|apikey)\w*\s*[=:]\s*[\"']?((?=\w*\d)\w{12,})")
    sample = re.compile(r"(?i)changeme|change-me|janusoverlord|s3cret|hunter2|correct.horse")
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "deploy", "docs", ".env.example", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in files:
        path = ROOT / name
        assert path.suffix not in {".pem", ".key", ".crt", ".secret"}, name
        if path.suffix != ".png" and path.is_file():
            assert not assignment.findall(path.read_text()), name
            assert not sample.findall(path.read_text()), name
    assert "static-auth-secret" not in dict(settings("turnserver.conf"))
