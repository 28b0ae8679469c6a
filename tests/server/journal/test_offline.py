"""What a device of one's own may keep, and one that others use may not: pages without words, and a worker."""

import re

import pytest

from tests.server.home.space.ways import come_in, handed_over
from tests.server.journal.conftest import MAIL
from tests.server.journal.said import NOTE, TAG, said

pytestmark = pytest.mark.asyncio


async def test_the_page_that_is_kept_knows_nobodys_words(phone) -> None:
    await phone.post("/me/mood", data=said(note=NOTE, new=TAG, share="all", remember="yes"))
    assert TAG in (await phone.get("/me/mood")).text
    kept = (await phone.get("/me/offline/mood")).text
    assert "You can write all the same." in kept
    assert not [word for word in (NOTE, TAG, "Almeida", 'value="all" checked') if word in kept]


async def test_the_worker_answers_for_these_pages_alone_and_is_new_with_each_build(phone, browsers) -> None:
    page = (await phone.get("/me/mood")).text
    address = re.findall(r'data-worker="([^"]+)"', page)[0]
    assert address.startswith("/me/worker.js")
    answer = await (await browsers()).get(address)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["service-worker-allowed"] == "/me", "the space itself, and no other page"
    assert '"/me/plan": "/me/offline/plan?lang=en"' in answer.text
    assert '"/me/help": "/me/offline/help?lang=en"' in answer.text
    assert '"/me/asked/": "/me/offline/asked?lang=en"' in answer.text
    assert 'ELSE = "/me/offline/none?lang=en"' in answer.text
    assert '"/me": "/me/offline/none?lang=en"' in answer.text, (
        "home too, which is given up sooner where the network hangs"
    )
    calm = (await phone.get("/me/offline/none")).text
    for words in (
        "There is no connection right now",
        "Nothing is lost.",
        'href="/me/plan"',
        'href="/me/tools/thought/new"',
    ):
        assert words in calm
    for page in ("/me", "/me/tools", "/me/mood", "/me/tools/thought/new"):
        assert 'href="/me/app.webmanifest"' in (await phone.get(page)).text, page
    told = (await phone.get("/me/app.webmanifest")).json()
    assert (told["scope"], told["display"]) == ("/me", "standalone")
    assert told["start_url"] == "/me/"
    home = await phone.get(told["start_url"])
    assert (home.status_code, home.headers["location"]) == (303, "/me")


async def test_a_device_that_others_use_too_is_offered_none_of_it(house, jo, mara, browsers) -> None:
    shared = await browsers()
    await come_in(house, shared, await handed_over(mara, jo.made.card.patient_id), MAIL)
    page = (await shared.get("/me/mood")).text
    assert "data-whose" not in page
    for one in ("/me", "/me/tools", "/me/mood", "/me/tools/thought/new"):
        assert "webmanifest" not in (await shared.get(one)).text, one
    for kept in ("mood", "none", "asked", "help", "ladders", "tools/facing"):
        assert (await shared.get(f"/me/offline/{kept}")).status_code == 404


async def test_a_device_learns_that_it_was_signed_out_and_one_that_never_was_in_learns_nothing(phone, browsers) -> None:
    token = dict(phone.cookies)
    assert (await phone.get("/me/standing")).json() == {"ended": False}
    await phone.post("/me/devices/end")
    for name, value in token.items():
        phone.cookies.set(name, value)
    assert (await phone.get("/me/standing")).json() == {"ended": True}
    assert (await (await browsers()).get("/me/standing")).json() == {"ended": False}


@pytest.mark.parametrize(
    ("how", "stays"), [({"sec-fetch-mode": "navigate"}, True), ({"sec-fetch-mode": "cors"}, False)]
)
async def test_a_language_that_is_chosen_behind_the_worker_stays_and_what_it_keeps_is_no_choice(
    phone, how, stays
) -> None:
    page = await phone.get("/me?lang=ar", headers={"sec-fetch-dest": "empty", **how})
    assert '<html lang="ar"' in page.text
    assert ('<html lang="ar"' in (await phone.get("/me/mood")).text) is stays
