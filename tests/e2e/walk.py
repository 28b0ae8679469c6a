"""The steps of a first visit as a person takes them, page by page."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pyotp
from playwright.async_api import Page, expect

from tests.engines.children import until_true

PASSWORD = "quiet river paper"


@dataclass
class Staff:
    """Somebody with an account, and the secret of their app."""

    mail: str
    secret: str = ""

    def digits(self) -> str:
        return pyotp.TOTP(self.secret).now()


async def set_up(page: Page, link: str, *, clinic: str = "Linden Practice", name: str = "Mara Lind") -> Staff:
    """Opens the clinic with hours round the clock, so that a time is near whenever the test runs."""
    staff = Staff("mara@linden.example")
    await page.goto(link)
    await page.get_by_label("Name of the clinic").fill(clinic)
    await page.get_by_label("Telephone").fill("555 0134")
    await page.get_by_label("Time zone").fill("Europe/Berlin")
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("Your mail address").fill(staff.mail)
    await page.get_by_label("A password").fill(PASSWORD)
    await page.locator("summary", has_text="Change").click()
    for day in range(7):
        for part, start, end in (("a", "00:00", "12:00"), ("b", "12:00", "23:59")):
            await page.locator(f"#d{day}{part}_from").fill(start)
            await page.locator(f"#d{day}{part}_until").fill(end)
    await page.get_by_role("button", name="Open the clinic").last.click()
    await expect(page).to_have_url(re.compile("/c/linden-practice"))
    return staff


async def enrol_app(page: Page, staff: Staff, base: str) -> None:
    """The second factor: an app with six digits, and its recovery codes."""
    await page.goto(f"{base}/staff")
    await page.get_by_role("button", name="Take an app").click()
    await page.locator("summary", has_text="The camera does not work").click()
    staff.secret = (await page.locator(".letters").inner_text()).replace(" ", "")
    await page.get_by_label("The six digits").fill(staff.digits())
    await page.get_by_role("button", name="This is my app").click()
    await expect(page.locator("ol.codes li")).to_have_count(10)
    await page.get_by_role("link", name="I have kept them").click()
    await expect(page).to_have_url(f"{base}/staff")


async def near_times(page: Page, base: str) -> None:
    """A clinic that may be booked at once and whose door opens two hours before."""
    await page.goto(f"{base}/staff/clinic/policy")
    await page.get_by_label("Shortest notice").fill("0")
    await page.get_by_label("The waiting room opens").fill("120")
    await page.get_by_role("button", name="Keep this").click()
    await expect(page.get_by_text("from 0 hours ahead")).to_be_visible()


async def book(page: Page, address: str, *, name: str = "Jo Almeida", contact: str = "jo@example.org") -> None:
    """The next free time, with whoever is free; ends on the visit's own page."""
    await page.goto(address)
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("Mail or mobile number").fill(contact)
    await page.get_by_label("I agree that").check()
    await page.get_by_role("button", name="Book this time").click()
    await expect(page).to_have_url(re.compile("/visit/.+/keep$"))  # no mail is sent here
    await page.get_by_role("link", name="Open your page").click()
    await expect(page).to_have_url(re.compile("/visit/[0-9a-f]+$"))


async def mails(data: Path, kind: str, count: int = 1) -> list[EmailMessage]:
    """The kept mails of this kind ('patients' or 'staff'), as soon as there are `count`; oldest first."""
    folder = data / "mail"
    await until_true(lambda: len(list(folder.glob(f"*/{kind}/*.eml"))) >= count)
    found = sorted(folder.glob(f"*/{kind}/*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]  # type: ignore[misc]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def calendar_of(mail: EmailMessage) -> bytes:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return part.get_payload(decode=True)  # type: ignore[return-value]


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"https?://\S+/l/[\w-]+", text_of(mail))
    assert found, text_of(mail)
    return found[0]


async def come_in(page: Page) -> None:
    """From the visit's page through the three questions into the waiting room."""
    await page.get_by_role("link", name="Go to the waiting room").click()
    await page.get_by_label("Where you are now").fill("At home, Rua da Rosa 12, Lisbon")
    await page.get_by_label("A number to reach you").fill("555 0142")
    await page.get_by_label("Whom may we call").fill("Ana Almeida, sister, 555 0199")
    await page.get_by_role("button", name="Go to the waiting room").click()
    await expect(page.locator("[data-waiting]").first).to_be_visible()
