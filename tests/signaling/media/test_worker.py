"""The media worker as a real child process: from the first order, through its death, to the end of the program."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from signaling.media.wire import Answered, EchoOffer, Refused, frame
from signaling.media.worker import Worker
from tests.signaling.media.caller import Caller, until

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker()
    yield made
    await made.close()


def answer_of(worker: Worker, who: str = "jo"):
    async def answer(sdp: str) -> str:
        report = await worker.ask(lambda number: EchoOffer(number, who, sdp))
        assert isinstance(report, Answered), report
        return report.sdp

    return answer


def runs(pid: int) -> bool:
    """Whether this process is alive: one that ended and was not waited for is not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from (int(child) for child in (task / "children").read_text().split())


async def test_nothing_runs_before_the_first_order_nor_after_the_end(worker: Worker) -> None:
    assert worker.pid is None
    caller = Caller()
    await caller.call(answer_of(worker), media=False)
    pid = worker.pid
    assert pid
    assert runs(pid)
    await worker.close()
    assert not runs(pid)
    assert await worker.ask(lambda number: EchoOffer(number, "jo", "v=0")) == Refused(0, "lost")
    assert worker.pid is None
    await caller.pc.close()


async def test_orders_that_come_together_start_one_worker(worker: Worker) -> None:
    callers = [Caller() for _ in range(3)]
    await asyncio.gather(*(one.call(answer_of(worker, f"n{at}"), media=False) for at, one in enumerate(callers)))
    assert len([pid for pid in children(os.getpid()) if b"signaling.media.child" in _proc(pid, "cmdline")]) == 1
    await asyncio.gather(*(one.pc.close() for one in callers))


def _proc(pid: int | None, name: str) -> bytes:
    return Path(f"/proc/{pid}/{name}").read_bytes()


async def test_a_killed_worker_is_replaced_at_the_next_order(worker: Worker) -> None:
    first, second = Caller(), Caller()
    await first.call(answer_of(worker), media=False)
    killed = worker.pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    await second.call(answer_of(worker), media=False)
    assert worker.pid not in {None, killed}
    second.ping.send("there?")
    await until(lambda: "there?" in second.said)
    for one in (first, second):
        await one.pc.close()


async def test_an_order_in_the_hands_of_a_dying_worker_is_given_to_the_next(worker: Worker) -> None:
    caller = Caller()
    await caller.call(answer_of(worker), media=False)
    assert worker.pid
    os.kill(worker.pid, signal.SIGSTOP)
    other = Caller()
    asking = asyncio.create_task(other.call(answer_of(worker, "ana"), media=False))
    await until(lambda: bool(worker._child and worker._child._waiting))
    os.kill(worker.pid, signal.SIGKILL)
    await asking
    for one in (caller, other):
        await one.pc.close()


async def test_a_worker_that_does_not_answer_has_no_answer(worker: Worker) -> None:
    caller = Caller()
    await caller.call(answer_of(worker), media=False)
    assert worker.pid
    os.kill(worker.pid, signal.SIGSTOP)
    worker._answer_seconds = 0.2
    report = await worker.ask(lambda number: EchoOffer(number, "ana", "v=0"))
    assert isinstance(report, Refused)
    assert report.why == "lost"
    os.kill(worker.pid, signal.SIGCONT)
    await caller.pc.close()


async def test_signals_meant_for_the_program_do_not_end_the_worker(worker: Worker) -> None:
    caller = Caller()
    await caller.call(answer_of(worker), media=False)
    assert worker.pid
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(worker.pid, number)
    caller.ping.send("still there?")
    await until(lambda: "still there?" in caller.said)
    await caller.pc.close()


PROGRAM = """
import asyncio, sys
from signaling.media.wire import EchoOffer
from signaling.media.worker import Worker
async def main():
    worker = Worker()
    await worker.ask(lambda number: EchoOffer(number, "jo", "v=0"))
    print(worker.pid, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_it_ends_with_a_program_that_was_killed() -> None:
    root = str(Path(__file__).parents[3])
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM), stdout=asyncio.subprocess.PIPE, env=os.environ | {"PYTHONPATH": root}
    )
    assert program.stdout
    pid = int(await program.stdout.readline())
    assert runs(pid)
    program.kill()
    await program.wait()
    await until(lambda: not runs(pid))


async def test_it_knows_none_of_the_programs_secrets(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURN_SECRET", "canary-of-the-relay")
    await worker.ask(lambda number: EchoOffer(number, "jo", "v=0"))
    assert b"canary-of-the-relay" not in _proc(worker.pid, "environ")


async def test_what_is_too_long_for_the_wire_is_refused_here() -> None:
    with pytest.raises(ValueError, match="too long"):
        frame(EchoOffer(1, "jo", "x" * 300_000))
