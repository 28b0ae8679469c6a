"""Tables as programs of three languages write them."""

from datetime import date, time

import pytest

from server.booking.importing.headers import Field, guess
from server.booking.importing.reading import Sheet, Unreadable, from_json, read_table
from server.booking.importing.times import Order, guess_order, read_day, read_minutes, read_time

TEXT = 'Name;Größe;E-Mail\r\n"Groß; Änne";1,80;ä@example.org\r\n\r\nBo;;b@example.org\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_gives_the_same_table(encoding: str) -> None:
    sheet = read_table(TEXT.encode(encoding))
    assert isinstance(sheet, Sheet)
    assert sheet.headers == ("Name", "Größe", "E-Mail")
    assert [(line.number, line.cells[0]) for line in sheet.lines] == [(2, "Groß; Änne"), (4, "Bo")]
    assert from_json(sheet.to_json()) == sheet


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [["Name", "Mail", "Note"], ["Ada", "a@b.example", "x"], ["Bo", "b@b.example", "y"]]
    sheet = read_table("\n".join(delimiter.join(line) for line in lines).encode())
    assert isinstance(sheet, Sheet)
    assert len(sheet.headers) == 3


def test_a_line_that_names_its_delimiter_is_no_heading_and_lines_keep_their_numbers() -> None:
    sheet = read_table(b"sep=;\nName;Mail\nAda;a@b.example\n")
    assert isinstance(sheet, Sheet)
    assert (sheet.headers, sheet.lines[0].number) == (("Name", "Mail"), 3)


def test_a_cell_of_several_lines_counts_them() -> None:
    sheet = read_table(b'Name,Note\nAda,"one\ntwo"\nBo,x\n')
    assert isinstance(sheet, Sheet)
    assert [line.number for line in sheet.lines] == [2, 4]


@pytest.mark.parametrize("body", [b"\x00\x01\x02" * 50, b"PK\x03\x04" + bytes(30)])
def test_what_is_no_text_is_none(body: bytes) -> None:
    assert read_table(body) is Unreadable.NO_TEXT


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ("Full name,E-mail,Mobile phone,Start date,Start time", "name,mail,phone,date,time"),
        (
            "Nachname,Vorname,E-Mail-Adresse,Handy,Datum,Uhrzeit,Dauer (Minuten)",
            "last,first,mail,phone,date,time,minutes",
        ),
        ("Name,Vorname,Telefon", "name,first,phone"),
        ("Nombre,Apellidos,Correo electrónico,Teléfono móvil,Fecha,Hora", "first,last,mail,phone,date,time"),
        ("Paciente,Terapeuta,Servicio,Inicio,Fin", "name,therapist,service,date,end"),
        ("Nombre,Móvil", "name,phone"),
        ("Shoe size,Name,Name", ",name,"),
    ],
)
def test_headings_say_what_they_hold(headers: str, fields: str) -> None:
    assert guess(headers.split(",")) == tuple(Field(one) for one in fields.split(","))


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("12.03.2026", Order.DAY_FIRST, date(2026, 3, 12)),
        ("3/12/26", Order.MONTH_FIRST, date(2026, 3, 12)),
        ("2026-03-12 09:30", Order.MONTH_FIRST, date(2026, 3, 12)),
        ("31.02.2026", Order.DAY_FIRST, None),
        ("tomorrow", Order.DAY_FIRST, None),
    ],
)
def test_dates(text: str, order: Order, day: date | None) -> None:
    assert read_day(text, order) == day


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("9:30", time(9, 30)),
        ("09.30 Uhr", time(9, 30)),
        ("14 Uhr", time(14)),
        ("9h15", time(9, 15)),
        ("2 pm", time(14)),
        ("12:05 a.m.", time(0, 5)),
        ("14:00:00", time(14)),
        ("25:00", None),
        ("noon", None),
        ("13 pm", None),
    ],
)
def test_times_of_day(text: str, at: time | None) -> None:
    assert read_time(text) == at


def test_lengths_and_the_order_of_dates() -> None:
    assert [read_minutes(text) for text in ("50", "50 min", "1:15", "1 h", "x", "")] == [50, 50, 75, 60, None, None]
    assert guess_order(["03/04/2026", "03/14/2026"], "DE") is Order.MONTH_FIRST
    assert guess_order(["03/04/2026"], "US") is Order.MONTH_FIRST
    assert guess_order(["03.04.2026"], "US") is Order.DAY_FIRST
