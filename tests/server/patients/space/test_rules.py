"""What codes are like, how long a device is remembered, and what a space shows of somebody."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest

from server.patients.acting.rules import ActingRules, Arrangement, Helper, Kind, Told
from server.patients.space.rules import (
    CODE_LENGTH,
    LETTERS,
    OWN_IDLE,
    OWN_LONGEST,
    SHARED_IDLE,
    SHARED_LONGEST,
    By,
    Login,
    Member,
    Sight,
    Way,
    code_from,
    code_hash,
    is_open,
    lasts_until,
    may_join,
    plain_code,
    sent_code,
    sight,
    way_to,
)

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
TODAY = date(2026, 3, 9)
JO, KIM, ANA, BEN = (UUID(int=number) for number in range(1, 5))


def test_a_code_is_nine_signs_that_look_like_no_other_and_each_is_used() -> None:
    codes = [code_from(number.to_bytes(16)) for number in range(0, 2**40, 2**34 + 12345)]
    assert all(len(plain_code(code)) == CODE_LENGTH and code.count("-") == 2 for code in codes)
    assert not set("01ilou") & set(LETTERS)
    assert {sign for number in range(30) for sign in code_from(number.to_bytes(16))[:1]} == set(LETTERS)


@pytest.mark.parametrize("typed", ["k7q-mx3-pd9", " K7Q MX3 PD9 ", "k7qmx3pd9", "k٧q–mx٣–pd٩", "Ｋ7Q-MX3-PD9"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert plain_code(typed) == "k7qmx3pd9"


@pytest.mark.parametrize("typed", ["", "  ", "---", "كود"])
def test_what_holds_no_sign_of_a_code_is_none(typed: str) -> None:
    assert plain_code(typed) == ""


def test_what_is_kept_of_a_code_depends_on_the_secret_and_on_every_sign() -> None:
    assert len({code_hash(secret, code) for secret in (b"a", b"b") for code in ("k7qmx3pd9", "k7qmx3pd8")}) == 4


def test_digits_are_six_the_same_again_and_others_for_another_try() -> None:
    tries = [uuid4() for _ in range(200)]
    sent = [sent_code(b"secret", one) for one in tries]
    assert sent == [sent_code(b"secret", one) for one in tries]
    assert all(len(one) == 6 and one.isdigit() for one in sent)
    assert len(set(sent)) > 190


@pytest.mark.parametrize(
    ("mail", "phone", "wanted", "texts", "way"),
    [
        ("a@b.example", "", "sms", True, Way.MAIL),
        ("a@b.example", "+49151", "sms", True, Way.SMS),
        ("a@b.example", "+49151", "sms", False, Way.MAIL),
        ("", "+49151", "mail", True, Way.SMS),
        ("", "555 0142", "sms", True, None),
        ("", "+49151", "sms", False, None),
        ("", "", "", True, None),
    ],
)
def test_digits_go_where_they_can_arrive(mail: str, phone: str, wanted: str, texts: bool, way: Way | None) -> None:
    assert way_to(mail, phone, wanted, mails=True, texts=texts) is way


def login(*, own: bool, made: datetime = NOW, ended: datetime | None = None) -> Login:
    return Login(uuid4(), uuid4(), "", own, By.CODES, made, made, lasts_until(made, own=own), ended)


@pytest.mark.parametrize(
    ("own", "idle", "longest"), [(True, OWN_IDLE, OWN_LONGEST), (False, SHARED_IDLE, SHARED_LONGEST)]
)
def test_a_login_ends_when_nobody_comes_and_after_its_longest(own: bool, idle: timedelta, longest: timedelta) -> None:
    moment = timedelta(seconds=1)
    assert is_open(login(own=own), NOW + idle - moment)
    assert not is_open(login(own=own), NOW + idle)
    assert lasts_until(NOW, own=own) == NOW + longest
    assert not is_open(login(own=own, ended=NOW), NOW)


def members(*who: tuple[UUID, UUID | None]) -> list[Member]:
    return [Member(patient_id, helper_id, NOW) for patient_id, helper_id in who]


@pytest.mark.parametrize(
    ("there", "code", "joins"),
    [
        ([], (JO, None), True),
        ([], (JO, ANA), True),
        ([(JO, None)], (JO, None), True),
        ([(JO, None)], (KIM, None), False),
        ([(JO, None)], (KIM, ANA), True),
        ([(JO, None)], (JO, ANA), False),
        ([(JO, ANA)], (JO, None), False),
        ([(JO, ANA)], (KIM, ANA), True),
        ([(JO, ANA)], (BEN, None), False),
    ],
)
def test_a_space_never_becomes_another_person_s(there, code, joins: bool) -> None:
    assert may_join(members(*there), *code) is joins


RULES = ActingRules(consent_age=16, confirmed_by="Mara Lind")
CHILD, GROWN = date(2016, 1, 1), date(2000, 1, 1)


def acts(kind: Kind = Kind.GUARDIAN, *, seen: bool = True) -> Helper:
    return Helper(ANA, kind, "Ana", "ana@a.example", confirmed=seen)


@pytest.mark.parametrize(
    ("arranged", "helper", "seen"),
    [
        (Arrangement(CHILD), acts(), Sight.WHOLE),
        (Arrangement(CHILD), acts(seen=False), Sight.NOTHING),
        (Arrangement(CHILD, confidential=True), acts(), Sight.NOTHING),
        (Arrangement(CHILD, Told.PATIENT), acts(), Sight.NOTHING),
        (Arrangement(), acts(), Sight.TIMES),
        (Arrangement(GROWN), acts(), Sight.NOTHING),
        (Arrangement(GROWN, Told.BOTH), acts(), Sight.TIMES),
        (Arrangement(GROWN, Told.BOTH), acts(Kind.PROXY), Sight.WHOLE),
        (Arrangement(GROWN, Told.BOTH), acts(Kind.CARER), Sight.TIMES),
        (Arrangement(GROWN), acts(Kind.CARER), Sight.NOTHING),
    ],
)
def test_who_acts_for_somebody_sees_what_they_would_be_told_and_more_only_who_decides(arranged, helper, seen) -> None:
    assert sight(RULES, arranged, [helper], ANA, TODAY) is seen


def test_nobody_sees_by_another_s_standing_or_what_is_confidential() -> None:
    for kind, told in product(Kind, (None, *Told)):
        assert sight(RULES, Arrangement(CHILD, told), [acts(kind)], BEN, TODAY) is Sight.NOTHING
        hidden = Arrangement(CHILD, told, confidential=True)
        assert sight(RULES, hidden, [acts(kind)], ANA, TODAY) is Sight.NOTHING


@pytest.mark.parametrize(
    ("phone", "texts", "way"), [("+49151", True, Way.SMS), ("+49151", False, Way.MAIL), ("", True, Way.MAIL)]
)
def test_a_mail_that_does_not_leave_goes_where_no_text_message_can(phone: str, texts: bool, way: Way) -> None:
    assert way_to("a@b.example", phone, "mail", mails=False, texts=texts) is way
