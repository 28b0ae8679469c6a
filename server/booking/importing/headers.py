"""What a column of somebody else's table most likely holds, by its heading in English, German or Spanish. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum


class Field(StrEnum):
    """What a column may hold; NONE is not brought in."""

    NONE = ""
    NAME = "name"
    FIRST = "first"
    LAST = "last"
    MAIL = "mail"
    PHONE = "phone"
    DATE = "date"  # and the time too, where no other column has it
    TIME = "time"
    END = "end"
    MINUTES = "minutes"
    THERAPIST = "therapist"
    SERVICE = "service"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(", "))


WORDS: Mapping[Field, frozenset[str]] = {
    Field.NAME: _words(
        "name, full name, patient, patient name, client, client name, patientname, vollstandiger name, "
        "klient, klientin, patientin, kunde, nombre completo, paciente, nombre y apellidos, nombre del "
        "paciente, cliente"
    ),
    Field.FIRST: _words("first, first name, firstname, given name, forename, vorname, nombre, nombres"),
    Field.LAST: _words(
        "last, last name, lastname, surname, family name, nachname, familienname, zuname, apellido, apellidos"
    ),
    Field.MAIL: _words(
        "mail, email, e mail, email address, e mail address, mail address, emailadresse, e mail adresse, "
        "mailadresse, correo, correo electronico, guest mail"
    ),
    Field.PHONE: _words(
        "phone, phone number, telephone, mobile, mobile phone, mobile number, cell, cell phone, tel, telefon, "
        "telefonnummer, handy, handynummer, mobil, mobiltelefon, rufnummer, telefono, movil, telefono movil, "
        "celular"
    ),
    Field.DATE: _words(
        "date, day, start, start date, starts, begin, begins, start time date, appointment, appointment date, "
        "datum, tag, termin, beginn, startdatum, anfang, fecha, dia, inicio, fecha de inicio, cita, fecha de "
        "la cita"
    ),
    Field.TIME: _words(
        "time, start time, starttime, from, hour, uhrzeit, zeit, startzeit, von, hora, hora de inicio, desde"
    ),
    Field.END: _words(
        "end, ends, end time, until, to, end date, ende, endzeit, bis, enddatum, fin, hora de fin, hasta"
    ),
    Field.MINUTES: _words(
        "minutes, duration, length, duration minutes, min, minuten, dauer, dauer minuten, minutos, duracion"
    ),
    Field.THERAPIST: _words(
        "therapist, practitioner, provider, clinician, staff, with, doctor, calendar, organizer, therapeut, "
        "therapeutin, behandler, behandlerin, arzt, arztin, mitarbeiter, mitarbeiterin, terapeuta, "
        "profesional, medico, medica, doctora"
    ),
    Field.SERVICE: _words(
        "service, type, appointment type, session type, kind, reason, treatment, leistung, art, terminart, "
        "behandlung, termintyp, servicio, tipo, tipo de cita, tratamiento"
    ),
}


def guess(headers: Sequence[str]) -> tuple[Field, ...]:
    """One field for each heading; of two columns that fit one field the first has it. A lone 'Nombre' or 'Name' beside
    a family name is the first name."""
    found: list[Field] = []
    for header in headers:
        plain = plain_words(header)
        field = next((one for one, words in WORDS.items() if plain in words), Field.NONE)
        found.append(field if field not in found else Field.NONE)
    if Field.LAST in found and Field.FIRST not in found and Field.NAME in found:
        found[found.index(Field.NAME)] = Field.FIRST
    if Field.FIRST in found and Field.LAST not in found and Field.NAME not in found:
        found[found.index(Field.FIRST)] = Field.NAME
    return tuple(found)


def plain_words(text: str) -> str:
    """'E-Mail-Adresse:' as 'e mail adresse': without accents, case and signs."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join(kept.split())
