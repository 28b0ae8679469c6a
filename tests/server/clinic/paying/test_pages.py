"""How a clinic is paid: what its admin chooses, and that no number ever means another amount."""

import re

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic import store
from server.clinic.paying.least import least
from server.clinic.paying.rules import Paying, Refunds, Way
from server.clinic.paying.store import kept_of, opened
from server.tongues import in_language
from tests.server.clinic.made import let_in, make_clinic, make_staff, make_therapist
from tests.server.clinic.test_offers import SESSION

pytestmark = pytest.mark.asyncio
HERE = "/staff/clinic/paying"
FORM = {
    "way": "invoice",
    "currency": "EUR",
    "in_time": "100",
    "late": "50",
    "missed": "0",
    "by_clinic": "100",
    "within": "30",
    "words": "Please pay within two weeks.",
}


@pytest_asyncio.fixture
async def clinic(client, house):
    """A clinic with Mara, and a browser that its admin is signed in with."""
    made = await make_clinic(house)
    await make_therapist(house, made, "Mara")
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


async def paying_of(house, clinic) -> Paying:
    found = await house.db.read(lambda db: store.clinic_of(db, clinic.id))
    return found.paying


async def test_until_somebody_chooses_nothing_is_asked_for(client, house, clinic) -> None:
    page = (await client.get(HERE)).text
    assert '<option value="EUR" selected' in page, "what people of the clinic's country pay with"
    assert (await paying_of(house, clinic)).way is Way.NONE
    assert "First choose your currency" in (await client.get("/staff/clinic/services/new")).text


async def test_what_is_chosen_holds_and_stands_in_the_audit(client, house, clinic) -> None:
    answer = await client.post(HERE, data=FORM)
    assert answer.headers["location"] == f"{HERE}?notice=kept"
    assert await paying_of(house, clinic) == Paying(Way.INVOICE, "EUR", Refunds(late=50))
    kept = await house.db.read(lambda db: kept_of(db, clinic.id))
    assert kept.words == "Please pay within two weeks."
    asked = select(AuditEntry.detail).where(AuditEntry.action == "payment.changed")
    detail = await house.db.read(lambda db: db.scalar(asked))
    assert detail == {"way": "invoice", "currency": "EUR", "refunds": "100 50 0 100"}


@pytest.mark.parametrize(
    ("field", "typed"),
    [("late", "101"), ("late", "half"), ("currency", "XXX"), ("way", "gold"), ("way", "stripe"), ("within", "5")],
)
async def test_what_cannot_stand_is_shown_again(client, house, clinic, field: str, typed: str) -> None:
    assert (await client.post(HERE, data=FORM | {field: typed})).status_code == 422
    assert (await paying_of(house, clinic)).way is Way.NONE


async def test_a_service_gets_its_price_in_the_currency_that_was_chosen(client, house, clinic) -> None:
    await client.post(HERE, data=FORM | {"currency": "JPY"})
    assert (await client.post("/staff/clinic/services/new", data=SESSION | {"price": "90.50"})).status_code == 422
    await client.post("/staff/clinic/services/new", data=SESSION | {"price": "9000"})
    (service,) = await house.db.read(lambda db: store.services(db, clinic.id))
    assert service.price == 9000
    assert 'value="9000"' in (await client.get(f"/staff/clinic/services/{service.id}")).text
    await client.post(f"/staff/clinic/services/{service.id}", data=SESSION | {"price": ""})
    (service,) = await house.db.read(lambda db: store.services(db, clinic.id))
    assert service.price is None


async def test_the_currency_stays_while_a_service_has_a_price(client, house, clinic) -> None:
    await client.post(HERE, data=FORM)
    await client.post("/staff/clinic/services/new", data=SESSION | {"price": "90"})
    answer = await client.post(HERE, data=FORM | {"currency": "JPY"})
    assert answer.status_code == 422
    assert "Your services have prices in the currency of before." in answer.text
    assert (await paying_of(house, clinic)).currency == "EUR"
    assert (await client.post(HERE, data=FORM | {"late": "0"})).status_code == 303


async def test_other_settings_leave_payment_alone(client, house, clinic) -> None:
    await client.post(HERE, data=FORM)
    page = {"welcome_text": "Hello", "waiting_text": "", "after_text": ""}
    assert (await client.post("/staff/clinic/words", data=page)).status_code == 303
    assert (await paying_of(house, clinic)).way is Way.INVOICE


KEYS = {"key": "sk_test_ItIsOnlyATest", "hook": "whsec_ItIsOnlyATest"}


async def test_stripe_can_be_chosen_once_its_keys_are_kept_and_they_are_never_shown(client, house, clinic) -> None:
    assert "stripe" not in [line for line in (await client.get(HERE)).text.split('"') if line == "stripe"]
    assert (await client.post(f"{HERE}/keys", data=KEYS)).status_code == 303
    page = (await client.get(HERE)).text
    assert KEYS["key"] not in page
    assert KEYS["hook"] not in page
    assert "The keys of sk_test_…Test are kept." in page
    assert f"http://testserver/pay/{clinic.slug}/stripe" in page
    kept = await house.db.read(lambda db: kept_of(db, clinic.id))
    assert KEYS["key"].encode() not in kept.key_sealed + kept.hook_sealed
    assert opened(await house.keys.clinic(clinic.id), clinic.id, kept).key == KEYS["key"]
    await client.post(HERE, data=FORM | {"way": "stripe"})
    assert (await paying_of(house, clinic)).way is Way.STRIPE


async def test_without_keys_nobody_pays_by_stripe_any_more(client, house, clinic) -> None:
    await client.post(f"{HERE}/keys", data=KEYS)
    await client.post(HERE, data=FORM | {"way": "stripe"})
    await client.post(f"{HERE}/keys/drop")
    assert (await paying_of(house, clinic)).way is Way.NONE
    assert not (await house.db.read(lambda db: kept_of(db, clinic.id))).has_keys


@pytest.mark.parametrize("change", [{"key": "pk_test_ThatIsThePublicOne"}, {"hook": "12345678"}, {"key": ""}])
async def test_what_is_no_key_is_not_kept(client, house, clinic, change) -> None:
    assert (await client.post(f"{HERE}/keys", data=KEYS | change)).status_code == 422
    assert not (await house.db.read(lambda db: kept_of(db, clinic.id))).has_keys


async def test_a_price_that_no_card_can_be_charged_is_refused_kindly_whichever_comes_first(
    client, house, clinic
) -> None:
    await client.post(f"{HERE}/keys", data=KEYS)
    await client.post(HERE, data=FORM | {"way": "stripe"})
    assert "By card at least €0.50." in (await client.get("/staff/clinic/services/new")).text
    answer = await client.post("/staff/clinic/services/new", data=SESSION | {"price": "0.40"})
    assert answer.status_code == 422
    assert "That is less than a card can be charged" in answer.text
    assert (await client.post("/staff/clinic/services/new", data=SESSION | {"price": "0.50"})).status_code == 303
    await client.post(HERE, data=FORM)
    await client.post("/staff/clinic/services/new", data=SESSION | {"name": "A letter", "price": "0.40"})
    answer = await client.post(HERE, data=FORM | {"way": "stripe"})
    assert answer.status_code == 422
    assert "One of your prices is less than a card can be charged" in answer.text
    assert (await paying_of(house, clinic)).way is Way.INVOICE


async def test_a_card_is_charged_without_the_last_of_three_digits(client, house, clinic) -> None:
    """docs.stripe.com/currencies, three-decimal currencies."""
    dinars = FORM | {"currency": "KWD"}
    await client.post(f"{HERE}/keys", data=KEYS)
    await client.post(HERE, data=dinars)
    assert (
        await client.post("/staff/clinic/services/new", data=SESSION | {"price": "5.125", "name": "Letter"})
    ).status_code == 303
    answer = await client.post(HERE, data=dinars | {"way": "stripe"})
    assert answer.status_code == 422
    assert "One of your prices has a last digit" in answer.text
    mended = SESSION | {"price": "5.120", "name": "Letter"}
    address = re.findall(r"/staff/clinic/services/[0-9a-f-]{36}", (await client.get("/staff/clinic/services")).text)
    for one in set(address):
        await client.post(one, data=mended)
    assert (await client.post(HERE, data=dinars | {"way": "stripe"})).status_code == 303
    answer = await client.post("/staff/clinic/services/new", data=SESSION | {"price": "5.125"})
    assert answer.status_code == 422
    assert "A card is charged without the last digit in this currency" in answer.text


async def test_a_currency_in_which_no_card_is_charged_goes_with_no_page_of_stripe(client, house, clinic) -> None:
    await client.post(f"{HERE}/keys", data=KEYS)
    answer = await client.post(HERE, data=FORM | {"way": "stripe", "currency": "UGX"})
    assert answer.status_code == 422
    assert "No card can be charged in this currency here." in answer.text
    assert (await client.post(HERE, data=FORM | {"currency": "UGX"})).status_code == 303


@pytest.mark.parametrize(
    ("currency", "amount"), [("EUR", 50), ("JPY", 50), ("KRW", 50), ("GBP", 30), ("CZK", 1500), ("KWD", 0)]
)
async def test_the_least_is_what_stripe_publishes_in_the_unit_that_we_count_in(currency: str, amount: int) -> None:
    assert least(currency) == amount


async def test_what_stands_below_invoices_is_said_in_the_clinics_other_languages(client, house, clinic) -> None:
    said = "يرجى الدفع خلال أسبوعين."
    assert (await client.post(HERE, data=FORM | {"words_ar": said})).status_code == 303
    kept = await house.db.read(lambda db: kept_of(db, clinic.id))
    assert kept.said == {"ar": {"words": said}}
    assert (in_language(kept, "ar", "en").words, in_language(kept, "en", "en").words) == (said, FORM["words"])
    assert said in (await client.get(HERE)).text
    assert (await client.post(HERE, data=FORM | {"words_ar": "x" * 1001})).status_code == 422
    assert (await client.post(HERE, data=FORM | {"words_ar": ""})).status_code == 303
    nothing = await house.db.read(lambda db: kept_of(db, clinic.id))
    lacking = in_language(nothing, "ar", "en").words
    assert (lacking, lacking.lang) == (FORM["words"], "en")
