"""PROTOCOL.md names what the code does, and nothing else."""

import re
from pathlib import Path

from signaling import admission, asgi, exchange, messages
from signaling.errors import Close
from signaling.limits import Limits

PACKAGE = Path(messages.__file__).parent
TEXT = (PACKAGE / "PROTOCOL.md").read_text()


def section(title: str) -> list[str]:
    """First cells of the rows of a section's table."""
    body = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in body.splitlines() if line.startswith("|")]
    return [name for row in rows[2:] for name in re.findall(r"[\w-]+", row)]


def tags(union: object) -> set[str]:
    return {one.__struct_config__.tag for one in union.__args__}  # type: ignore[attr-defined]


def test_every_message_has_its_row() -> None:
    assert set(section("Browser to server")) == tags(messages.ClientMessage)
    assert set(section("Server to browser")) == tags(messages.ServerMessage)


def test_every_field_is_named_in_its_row() -> None:
    for title, union in (
        ("Browser to server", messages.ClientMessage),
        ("Server to browser", messages.ServerMessage),
    ):
        body = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
        for one in union.__args__:
            row = next(line for line in body.splitlines() if line.startswith(f"| `{one.__struct_config__.tag}` |"))
            for field in one.__struct_encode_fields__:
                assert f"`{field}`" in row, (one.__name__, field)


def test_every_error_code_has_its_row() -> None:
    sources = "".join(file.read_text() for file in PACKAGE.glob("*.py"))
    raised = set(re.findall(r'Violation\(\s*"(\w+)"', sources)) | set(re.findall(r'wire\.Error\("(\w+)"', sources))
    assert {admission.REFUSED.code, exchange.NOBODY.code} <= raised
    assert set(section("Errors")) == raised


def test_every_close_code_has_its_row() -> None:
    ours = {str(int(code)) for code in Close}
    assert set(section("Close codes")) == ours | {"1009"}


def test_the_numbers_are_those_of_the_code() -> None:
    limits = Limits()
    assert (messages.FRAME, messages.SDP, messages.CANDIDATE, messages.CHAT) == (65536, 32768, 1024, 4096)
    assert messages.PROOF == 160
    assert (limits.messages_per_second, limits.message_burst, limits.candidates, limits.offers_per_minute) == (
        20, 60, 200, 10,
    )  # fmt: skip
    assert (limits.send_queue, limits.sockets_per_peer, limits.strangers_per_address) == (256 * 1024, 2, 20)
    assert (limits.hello, limits.grace, limits.recheck, limits.recheck_waiting, limits.linger) == (5, 20, 30, 5, 120)
    assert (limits.chat_lines, limits.chat_bytes) == (100, 128 * 1024)
    assert asgi.UVICORN["ws_ping_interval"] + asgi.UVICORN["ws_ping_timeout"] == 25
    assert asgi.UVICORN["ws_max_size"] == 256 * 1024
    assert asgi.UVICORN["ws_per_message_deflate"] is False
