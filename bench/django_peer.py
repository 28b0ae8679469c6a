"""The other program of the bench of the API: django-appointment as PyPI has it, in an environment out of sight of git.

The environment is made once, from wheels alone. Its server is gunicorn with one worker of four threads: CPU per request
is what is compared, and more workers use more of it.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx2

from bench.servers import Running, environment, running
from bench.timing import Measure, cpu_seconds
from tests.engines.ports import free_port

WANTED = ("django-appointment==3.12.0", "gunicorn==27.0.1")
FOLDER = Path(__file__).parent / "peers" / "django-appointment"
PYTHON = FOLDER / "bin" / "python"
SITE = Path(__file__).parent / "django_site.py"
TOKEN = "a" * 32  # their CSRF guard compares cookie and header, and any word of this length is one
HALF_AN_HOUR = timedelta(minutes=30)


def fetch() -> None:
    """Makes the environment unless it is there. Raises CalledProcessError without network."""
    done = FOLDER / "complete"
    if done.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
    options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    subprocess.run([str(PYTHON), "-m", "pip", "install", *options, *WANTED], check=True)
    done.touch()


@dataclass(frozen=True)
class Peer:
    """Their server with its database, and a client who is signed in there."""

    server: Running
    session: str

    def client(self) -> httpx2.AsyncClient:
        cookies = {"sessionid": self.session, "csrftoken": TOKEN}
        headers = {"x-csrftoken": TOKEN, "x-requested-with": "XMLHttpRequest"}
        return httpx2.AsyncClient(base_url=self.server.base, cookies=cookies, headers=headers, trust_env=False)

    def cpu(self) -> float:
        """Seconds that the server and its worker have used."""
        return sum(cpu_seconds(pid) for pid in (self.server.pid, *_children(self.server.pid)))

    def listing(self, days: Sequence[date], repeats: int, free: int) -> Measure:
        """Milliseconds of CPU for the free times of these days: their server answers one day at a time."""

        async def measure(number: int) -> float:
            async with self.client() as client:
                before = self.cpu()
                for _ in range(repeats):
                    found = [await self._day(client, day) for day in days]
                    assert sum(found) == free, found
                return (self.cpu() - before) / repeats * 1000

        return measure

    async def _day(self, client: httpx2.AsyncClient, day: date) -> int:
        asked = {"selected_date": day.isoformat(), "staff_member": "1", "service_id": "1"}
        return len((await client.get("/ajax/available_slots/", params=asked)).json()["available_slots"])

    def booking(self, starts: list[datetime], repeats: int) -> Measure:
        """Milliseconds of CPU for a booking: the slot is asked for, then who comes is sent. Uses starts up."""

        async def measure(number: int) -> float:
            async with self.client() as client:
                before = self.cpu()
                for _ in range(repeats):
                    await self._book(client, starts.pop())
                return (self.cpu() - before) / repeats * 1000

        return measure

    async def _book(self, client: httpx2.AsyncClient, start: datetime) -> None:
        wanted = {"date": start.date().isoformat(), "start_time": f"{start:%H:%M}", "service": "1", "staff_member": "1"}
        wanted["end_time"] = f"{start + HALF_AN_HOUR:%H:%M}"
        asked = await client.post("/request-submit/", data=wanted)
        assert asked.status_code == 302, asked.status_code
        who = {"name": "Jo Almeida", "phone_0": "DE", "phone_1": "30901820", "payment_type": "full"}
        made = await client.post(asked.headers["location"], data=who)
        assert made.status_code == 302, made.status_code
        assert "thank-you" in made.headers["location"], made.headers["location"]


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


@asynccontextmanager
async def django_appointment(folder: Path, taken: Sequence[datetime]) -> AsyncIterator[Peer]:
    """Their site with these half hours (wall time) taken."""
    await asyncio.to_thread(fetch)
    file, slots = folder / "site.db", folder / "taken.json"
    slots.write_text(json.dumps([start.isoformat() for start in taken]))
    env = environment(SITE_DATABASE=str(file))
    made = await asyncio.to_thread(
        subprocess.run, [PYTHON, SITE, file, slots], check=True, capture_output=True, text=True, env=env
    )
    port = free_port()
    argv = [str(PYTHON), "-m", "gunicorn", "--workers=1", "--threads=4", "--keep-alive=30", f"--bind=127.0.0.1:{port}"]
    argv += [f"--chdir={SITE.parent}", "--log-level=warning", "django_site:application"]
    async with running(argv, port, "/request/1/", SITE_DATABASE=str(file)) as server:
        yield Peer(server, made.stdout.split()[-1])
