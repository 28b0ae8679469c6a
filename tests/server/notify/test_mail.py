"""A letter becomes a mail that common programs read, and nobody smuggles anything into it."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest

from server.notify.mail import FileMailer, Letter, message
from server.notify.smtp import SmtpMailer, parse_url

SENT = datetime(2026, 3, 12, 8, 26, tzinfo=UTC)
CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def letter(**changes) -> Letter:
    values = {
        "id": uuid4(),
        "to": "jo@example.org",
        "subject": "Your time on Thursday",
        "text": "See you at 9:30.",
        "html": "<p>See you at 9:30.</p>",
        "sender_name": "Linden",
        "clinic_id": uuid4(),
    }
    return Letter(**(values | changes))


def parts(mail) -> list[str]:
    return [part.get_content_type() for part in mail.walk() if not part.is_multipart()]


def test_text_html_and_calendar_travel_together() -> None:
    mail = message_from_bytes(
        message(letter(calendar=CALENDAR), "no-reply@clinic.example", SENT).as_bytes(), policy=default
    )
    assert parts(mail) == ["text/plain", "text/html", "text/calendar", "application/ics"]
    assert mail["From"].addresses[0].display_name == "Linden"
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"


def test_a_mail_says_when_it_was_sent() -> None:
    mail = message_from_bytes(message(letter(), "no-reply@clinic.example", SENT).as_bytes(), policy=default)
    assert mail["Date"].datetime == SENT


def test_a_repeat_carries_the_same_message_id() -> None:
    same = letter()
    first, again = (message(same, "no-reply@clinic.example", SENT)["Message-ID"] for _ in range(2))
    assert first == again == f"<{same.id}@clinic.example>"


@pytest.mark.parametrize("field", ["to", "subject", "sender_name"])
@pytest.mark.parametrize("smuggled", ["Jo\r\nBcc: thief@evil.example", "Jo\nBcc: thief@evil.example"])
def test_a20_a_line_break_makes_no_header(field, smuggled) -> None:
    with pytest.raises(ValueError, match=r"(?i)newline|linefeed|CR|LF|whitespace|invalid"):
        message(letter(**{field: smuggled}), "no-reply@clinic.example", SENT).as_bytes()


def test_a20_a_comma_or_quote_in_a_name_adds_no_sender() -> None:
    mail = message(letter(sender_name='Linden", <thief@evil.example>, "x'), "no-reply@clinic.example", SENT)
    addresses = message_from_bytes(mail.as_bytes(), policy=default)["From"].addresses
    assert [address.addr_spec for address in addresses] == ["no-reply@clinic.example"]


@pytest.mark.parametrize("to", ["jo@example.org, thief@evil.example", "jo@example.org thief@evil.example"])
def test_a20_a_second_address_adds_no_recipient(to) -> None:
    with pytest.raises(ValueError, match=r"(?i)addr|invalid|parse"):
        message(letter(to=to), "no-reply@clinic.example", SENT)


@pytest.mark.asyncio
async def test_files_are_private_and_apart(tmp_path) -> None:
    kept = letter(for_staff=True)
    await FileMailer(tmp_path / "mail", "no-reply@clinic.example").send(kept)
    path = tmp_path / "mail" / kept.clinic_id.hex / "staff" / f"{kept.id}.eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert b"See you at 9:30." in path.read_bytes()


@pytest.mark.asyncio
async def test_a_real_server_takes_the_mail(smtp_server) -> None:
    sent = letter(calendar=CALENDAR)
    await SmtpMailer(smtp_server.url, "no-reply@clinic.example").send(sent)
    (received,) = smtp_server.messages
    assert received["Message-ID"] == f"<{sent.id}@clinic.example>"


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://mail.example", "mail.example", 587, False),
        ("smtps://user:p%40ss@mail.example", "mail.example", 465, True),
        ("smtp://mail.example:2525", "mail.example", 2525, False),
    ],
)
def test_an_smtp_url_says_where(url, host, port, tls) -> None:
    server = parse_url(url)
    assert (server.host, server.port, server.tls) == (host, port, tls)


def test_a_password_is_unquoted_and_not_printed() -> None:
    server = parse_url("smtps://user:p%40ss@mail.example")
    assert server.password == "p@ss"
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize("url", ["http://mail.example", "mail.example", "smtp://"])
def test_an_unfit_smtp_url_is_refused(url) -> None:
    with pytest.raises(ValueError, match="SMTP_URL"):
        parse_url(url)
