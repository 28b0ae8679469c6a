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
    # These two the library sends for us.
    assert set(section("Close codes")) == ours | {"1002", "1009"}


def test_browsers_try_again_after_the_codes_that_say_so() -> None:
    script = (PACKAGE.parent / "web/static/js/call/backoff.js").read_text()
    retried = set(re.findall(r"\d+", re.search(r"RETRIED = new Set\(\[(.*?)\]", script)[1]))  # type: ignore[index]
    rows = [line.split("|") for line in TEXT.splitlines() if re.match(r"\| \d{4} \|", line)]
    assert {row[1].strip() for row in rows if "tries again" in row[3]} == retried - {"1001", "1006"}
    assert "'Tries again' (1001, 1006, 1011, 1012, 1013)" in TEXT


def test_the_version_is_that_of_the_code_and_of_the_pages() -> None:
    script = (PACKAGE.parent / "web/static/js/call/signal.js").read_text()
    assert TEXT.startswith(f"# The wire of a visit, version {messages.VERSION}\n\nNormative.")
    assert f"\n`version` is {messages.VERSION}." in TEXT
    assert f"export const VERSION = {messages.VERSION}\n" in script


def test_the_limits_are_those_of_the_code() -> None:
    limits, kib = Limits(), 1024
    sizes = [messages.FRAME, messages.SDP, messages.CANDIDATE, messages.CHAT]
    ping, patience = asgi.UVICORN["ws_ping_interval"], asgi.UVICORN["ws_ping_timeout"]
    said = {
        "frame, SDP, candidate, line of chat": ", ".join(f"{size // kib} KiB" for size in sizes) + " as UTF-8",
        "messages per socket": f"{limits.messages_per_second:g} a second, burst {limits.message_burst}",
        "frames that are no message": f"{limits.frames_per_second:g} a second, burst {limits.frame_burst};",
        "candidates per socket": f"{limits.candidates}, outside the message rate",
        "offers per socket": f"{limits.offers_per_minute} a minute",
        "sockets per participant": f"{limits.sockets_per_peer} while one replaces the other",
        "unsent data per socket": f"{limits.send_queue // kib} KiB, then {int(Close.TRY_LATER)}",
        "hello": f"within {limits.hello:g} s, then {int(Close.HELLO_TIMEOUT)}",
        "liveness": f"the server sends a WebSocket ping every {ping:g} s; no pong within {patience:g} s",
    }
    body = TEXT.partition("\n## Limits\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in body.splitlines() if line.startswith("| ")][1:]
    assert [what for what, _ in rows if not any(what.startswith(one) for one in said)] == []
    for what, figure in said.items():
        assert any(row[0].startswith(what) and row[1].startswith(figure) for row in rows), (what, figure)


def test_the_other_numbers_are_those_of_the_code() -> None:
    limits = Limits()
    assert f"`value` (at most {messages.PROOF} of" in TEXT
    assert f"more than {limits.strangers_per_address} sockets without a ticket" in TEXT
    assert f"waits or is held; standing asked every {limits.recheck_waiting:g} s" in TEXT
    assert f"in the call; standing asked every {limits.recheck:g} s" in TEXT
    assert f"still counted on for {limits.grace:g} s" in TEXT
    assert f"is remembered for {limits.linger:g} s" in TEXT
    assert f"the last {limits.chat_lines} lines of the running call (at most {limits.chat_bytes // 1024} KiB)" in TEXT
    assert f"message over {asgi.UVICORN['ws_max_size'] // 1024} KiB" in TEXT
    assert asgi.UVICORN["ws_per_message_deflate"] is False
    assert "Compression is not negotiated" in TEXT
