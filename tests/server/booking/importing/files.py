"""Tables as other programs write them, and how a test brings one in."""

import httpx2

HERE = "/staff/clinic/bookings/import"
ENGLISH = """Name,Email,Phone,Date,Time,Therapist,Service
Rosa Lux,rosa@example.org,,2026-03-12,09:30,Mara Lind,A session
Kim Berg,,0171 5550134,2026-03-12,11:00,Samir Haddad,A session
Rosa Lux,rosa@example.org,,2026-03-19,09:30,Mara Lind,A session
Ada Old,ada@example.org,,2026-02-12,09:30,Mara Lind,A session
Ned Nope,not-a-mail,,2026-03-13,09:30,Mara Lind,A session
Leo Late,leo@example.org,,2026-03-12,20:00,Mara Lind,A session
Una Over,una@example.org,,2026-03-12,10:00,Mara Lind,A session
"""
GERMAN = """Nachname;Vorname;E-Mail;Handy;Datum;Uhrzeit;Dauer;Behandler;Leistung
Groß;Änne;aenne@example.org;0171 5550199;12.03.2026;14:00;50;Lind;A session
"""


async def send(client: httpx2.AsyncClient, text: str | bytes, name: str = "list.csv") -> str:
    """Send a file; the address of its page."""
    body = text.encode() if isinstance(text, str) else text
    answer = await client.post(HERE, files={"file": (name, body, "text/csv")})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def bring_in(client: httpx2.AsyncClient, text: str | bytes, **choices: str) -> str:
    """Send a file, choose, and import it; the address of its page."""
    address = (await send(client, text)).split("?")[0]
    if choices:
        assert (await client.post(address, data=choices)).status_code == 303
    assert (await client.post(f"{address}/bring-in")).status_code == 303
    return address
