"""The page that makes the snippet: what it shows to paste is what it tries beside."""

import re
from html import unescape

import pytest

from server.access import Role
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio
MAKER = "/staff/clinic/embed"


async def admin_of(client, house):
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    return clinic


def pasted(page: str) -> str:
    return unescape(re.search(r'<pre class="code"[^>]*><code>(.*?)</code></pre>', page, re.S)[1]).strip()


async def test_the_code_is_a_script_and_a_link(client, house) -> None:
    await admin_of(client, house)
    page = (await client.get(MAKER)).text
    assert pasted(page).splitlines() == [
        '<script src="http://testserver/embed/v1.js" async></script>',
        '<a data-parlour="inline" href="http://testserver/c/linden">Book a time</a>',
    ]
    assert "No site may show it inside its pages yet." in page


@pytest.mark.parametrize("form", ["inline", "popup", "float", "link", "visit", "visit-link"])
async def test_the_preview_is_what_is_pasted(client, house, form) -> None:
    await admin_of(client, house)
    page = (await client.get(MAKER, params={"form": form, "theme": "dark", "label": "Come <in>"})).text
    tried = re.search(r'<div class="embed-try">\s*(.*?)\s*</div>', page, re.S)[1]
    assert pasted(page).endswith(tried)
    assert "Come &lt;in&gt;</a>" in tried
    assert ("<script" in pasted(page)) is (form not in {"link", "visit-link"})


async def test_only_admins_make_it(client, house) -> None:
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Bo", Role.THERAPIST))
    assert (await client.get(MAKER)).status_code == 403
