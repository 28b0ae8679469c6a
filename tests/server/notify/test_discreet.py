"""What a message may not give away, in every language that clinics write in; and what leaves in its place."""

import logging
from dataclasses import replace
from uuid import UUID

import pytest

from server.notify.discreet import Kind, discreet_name, findings, words_in
from server.notify.mail import Letter, MemoryMailer
from server.notify.sms import MemoryTexter, Sms
from server.templates import usual_words
from server.tongues import LANGUAGES

LINK = "https://linden.example/l/" + "Jo-therapy_Almeida-dr-phd-session_patient-x"
PLAIN = Letter(
    id=UUID(int=7),
    to="jo.almeida@therapy.example",
    subject="Your time on Thursday 12 March, 8:30",
    text=f"This time is kept:\n\n  Thursday 12 March, 8:30\n\n{LINK}\n",
    html=f'<style>.session {{}}</style><h1>Your place is kept</h1><a href="{LINK}">Open your page</a>',
    sender_name="Linden",
    link=LINK,
    names=("Jo Almeida", "Dr. Mara Lind"),
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Your therapy on Monday", Kind.WHY),
        ("PSYCHOTHERAPIE am Montag", Kind.WHY),
        ("Physiotherapy", Kind.WHY),
        ("Votre séance de thérapie", Kind.WHY),
        ("Tu sesión", Kind.WHY),
        ("Sua sessão", Kind.WHY),
        ("la sua seduta", Kind.WHY),
        ("Ihre Sitzung", Kind.WHY),
        ("Your psychiatrist", Kind.WHY),
        ("Su psicóloga", Kind.WHY),
        ("counselling", Kind.WHY),
        ("Mental health", Kind.WHY),
        ("Your PHQ-9", Kind.WHY),
        ("ketamine", Kind.WHY),
        ("New patients", Kind.WHY),
        ("جلستك يوم الاثنين", Kind.WHY),
        ("موعد العلاج", Kind.WHY),
        ("عيادة الطب النفسي", Kind.WHY),
        ("With Dr. Lind", Kind.CREDENTIAL),
        ("with Dr Lind", Kind.CREDENTIAL),
        ("Mara Lind, PhD", Kind.CREDENTIAL),
        ("Mara Lind, Ph. D.", Kind.CREDENTIAL),
        ("Mara Lind, LCSW", Kind.CREDENTIAL),
        ("Dipl.-Psych. Lind", Kind.CREDENTIAL),
        ("مع الدكتورة", Kind.CREDENTIAL),
        ("مع د. ليلى", Kind.CREDENTIAL),
    ],
)
def test_each_of_these_gives_something_away(text: str, kind: Kind) -> None:
    assert kind in {one.kind for one in findings(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Your time is Thursday 12 March, 8:30 (in Lisbon). Confirm, move or cancel",
        "Drei Termine, and a dry dram of draft",
        "The clinic is late; take your seat, patience helps",
        "https://therapy.example/l/" + "x" * 43,
        "mailto:psychologist@linden.example",
        "موعدك الخميس 12 مارس، يبقى محفوظًا لنفسك",
        "Mara Lindqvist",
    ],
)
def test_none_of_these_does(text: str) -> None:
    assert findings(text, ("Jo Almeida", "Mara Lind")) == [] or "Mara" in text


def test_an_address_of_ours_may_say_too_much_too() -> None:
    assert [one.kind for one in findings("https://x.example/c/linden-psychotherapy")] == [Kind.WHY]


@pytest.mark.parametrize("text", ["Jo Almeida", "jo  almeida", "JO-ALMEIDA", "for Almeida", "ALMEIDA, J.", "Ålmeida"])
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert Kind.WHO in {one.kind for one in findings(f"Your time, {text}", ("Jo Almeida",))}


def test_a_name_that_is_a_usual_word_counts_as_a_whole_alone() -> None:
    usual = usual_words("en")
    assert {"will", "may", "lisbon", "march"} <= usual
    assert findings("Will you come on Monday 4 May?", ("Will May",), usual) == []
    assert findings("Will May, your time", ("Will May",), usual) != []
    assert findings("Will Quist, your time", ("Will Quist",), usual) != []


def test_a_folded_line_of_a_calendar_is_read_as_one() -> None:
    assert findings("SUMMARY:Your psycho\r\n therapy") != []


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Linden", "Linden"),
        ("Linden Psychotherapy", "Linden"),
        ("Centre for Therapy", "Centre"),
        ("Praxis für Psychotherapie Dr. Lind", "Praxis für Lind"),
        ("Therapy", ""),
        ("مركز العلاج النفسي", "مركز"),
    ],
)
def test_a_name_keeps_what_gives_nothing_away(name: str, left: str) -> None:
    assert discreet_name(name) == left
    assert findings(left) == []


async def carried(letter: Letter) -> Letter:
    mailer = MemoryMailer()
    await mailer.send(letter)
    return mailer.sent[0]


@pytest.mark.asyncio
async def test_what_gives_nothing_away_leaves_as_it_is() -> None:
    assert await carried(PLAIN) == PLAIN


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Your therapy"},
        {"text": "With Dr. Lind"},
        {"html": "<p>Dear Jo Almeida</p>"},
        {"sender_name": "Linden Psychotherapy"},
    ],
)
async def test_what_would_leaves_with_neutral_words_and_its_link_and_never_stays(
    lang: str, change: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    letter = replace(PLAIN, lang=lang, calendar=b"BEGIN:VCALENDAR\r\nSUMMARY:Appointment\r\n", **change)  # type: ignore[arg-type]
    sent = await carried(letter)
    assert (sent.id, sent.to, sent.calendar) == (letter.id, letter.to, letter.calendar)
    assert LINK in sent.text
    assert LINK in sent.html
    words = "\n".join((sent.sender_name, sent.subject, sent.text, sent.html))
    assert findings(words, letter.names, usual_words(lang)) == []
    assert sent.sender_name == "Linden"
    assert "Almeida" not in caplog.text


@pytest.mark.asyncio
async def test_a_calendar_entry_that_says_too_much_stays_behind() -> None:
    sent = await carried(replace(PLAIN, calendar=b"SUMMARY:Therapy with Mara Lind\r\n"))
    assert sent.calendar is None
    assert sent.text == PLAIN.text


@pytest.mark.asyncio
async def test_a_clinic_may_switch_it_off() -> None:
    letter = replace(PLAIN, subject="Your session with Dr. Mara Lind", discreet=False)
    assert await carried(letter) == letter


@pytest.mark.asyncio
async def test_staff_may_be_called_by_their_titles_and_nobody_by_a_patients_name() -> None:
    letter = replace(PLAIN, for_staff=True, subject="You are invited, Dr. Rao", names=())
    assert await carried(letter) == letter
    named = replace(PLAIN, for_staff=True, subject="Jo Almeida waits", names=("Jo Almeida",))
    assert (await carried(named)).subject == "Something new for you"


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_text_message_is_looked_at_too(lang: str) -> None:
    texter = MemoryTexter()
    about = Sms(UUID(int=1), "+491715550134", "Your session is at 8:30", UUID(int=2), lang=lang, link=LINK)
    await texter.send(about)
    await texter.send(replace(about, words="Linden: your time is 8:30"))
    assert [LINK in sms.words for sms in texter.sent] == [True, False]
    assert findings(texter.sent[0].words) == []
    assert len(texter.sent[0].words) <= 300


def test_the_usual_words_are_few_and_of_messages() -> None:
    for lang in LANGUAGES:
        assert 300 < len(usual_words(lang)) < 2500
        assert not {"almeida", "quist"} & usual_words(lang)
    assert words_in("Ålesund, 12 März") == {"alesund", "marz"}
