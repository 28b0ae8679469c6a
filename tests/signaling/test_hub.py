"""Rooms at work over real sockets: decisions, revocation, take-over, isolation, and our own faults."""

import asyncio
import logging

import pytest

from signaling.asgi import (
    Admitted,
    Connected,
    Disconnected,
    Ended,
    Held,
    Left,
    Limits,
    MediaState,
    Removed,
    SentBack,
)
from signaling.messages import Pong
from tests.signaling.house import Caller, serving


@pytest.mark.asyncio
async def test_hello_wait_admit_talk() -> None:
    async with serving() as server:
        server.truth.standings |= {("visit", "therapist"): "live", ("visit", "patient"): "waiting"}
        therapist, patient = await server.join("therapist"), await server.join("patient")
        await therapist.expect("admitted")
        await patient.expect("state")
        assert server.truth.relays == ["therapist"]
        await server.signaling.tell("visit", Admitted("patient"))
        admitted, joined = await patient.expect("admitted"), await therapist.expect("peer")
        assert admitted["ice"][0]["username"] == "9:patient"
        assert (joined["peer"], joined["present"]) == ("patient", True)
        offer = {"to": "patient", "stream": "main", "kind": "offer", "body": {"sdp": "v=0"}, "attempt": 65}
        await therapist.say(type="signal", **offer)
        assert (await patient.expect("signal"))["from"] == "therapist"


@pytest.mark.asyncio
async def test_admission_is_on_both_sockets_in_one_turn_of_the_loop() -> None:
    async with serving() as server:
        server.truth.standings |= {("visit", "therapist"): "live", ("visit", "patient"): "waiting"}
        therapist, patient = await server.join("therapist"), await server.join("patient")
        await therapist.expect("admitted")
        await patient.expect("state")
        await server.signaling.tell("visit", Admitted("patient"))
        written = [connection._seq for connection in server.signaling._connections]
        await asyncio.sleep(0)
        assert sorted(written) == [3, 3]
        assert all(
            connection._lane.transport.get_write_buffer_size() == 0 for connection in server.signaling._connections
        )


@pytest.mark.asyncio
async def test_a_missed_decision_is_read_from_the_truth() -> None:
    async with serving(limits=Limits(recheck_waiting=0.05)) as server:
        server.truth.standings["visit", "patient"] = "waiting"
        patient = await server.join("patient")
        await patient.expect("state")
        server.truth.standings["visit", "patient"] = "live"
        await patient.expect("admitted")


@pytest.mark.asyncio
async def test_revocation_by_notice_is_4403_at_once() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        await server.signaling.tell("visit", Removed("patient"))
        assert await patient.closed() == 4403
        assert (await therapist.expect("left"))["peer"] == "patient"


@pytest.mark.asyncio
async def test_revocation_without_a_notice_is_found_at_the_next_question() -> None:
    async with serving(limits=Limits(recheck=0.05)) as server:
        therapist, patient = await server.call()
        del server.truth.standings["visit", "patient"]
        assert await patient.closed() == 4403
        assert (await therapist.expect("left"))["peer"] == "patient"


@pytest.mark.asyncio
async def test_the_end_is_4410_for_everybody_and_for_whoever_comes_later() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        server.truth.standings = dict.fromkeys(server.truth.standings, "ended")
        await server.signaling.tell("visit", Ended("done"))
        for caller in (therapist, patient):
            assert (await caller.expect("ended"))["reason"] == "done"
            assert await caller.closed() == 4410
        late = await server.join("patient")
        assert await late.closed() == 4410


@pytest.mark.asyncio
async def test_a_second_device_takes_over_and_the_first_is_4409() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        second = await server.join("patient")
        assert await patient.closed() == 4409
        await second.expect("admitted")
        shown = await therapist.expect("peer")
        assert (shown["present"], shown["epoch"]) == (True, 3)


@pytest.mark.asyncio
async def test_a_resume_says_whether_the_page_still_holds_the_call() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        await patient.socket.close()
        assert (await therapist.expect("peer"))["present"] is False
        back = Caller(await server.open())
        await back.say(type="resume", version=1, ticket=server.ticket("patient"), had_call=True)
        await back.expect("admitted")
        assert (await therapist.expect("peer"))["had_call"] is True


@pytest.mark.asyncio
async def test_held_and_sent_back_and_admitted_again() -> None:
    async with serving() as server:
        therapist, patient = await server.call()
        await server.signaling.tell("visit", Held("patient"))
        assert (await patient.expect("state"))["state"] == "held"
        await server.signaling.tell("visit", SentBack("patient"))
        assert (await patient.expect("state"))["reason"] == "sent_back"
        await therapist.expect("left")
        await server.signaling.tell("visit", Admitted("patient"))
        await patient.expect("admitted")
        await therapist.expect("peer")


@pytest.mark.asyncio
async def test_no_message_crosses_rooms() -> None:
    async with serving() as server:
        one, two = await server.call("one"), await server.call("two")
        for kind, body in (("offer", {"sdp": "v=0"}), ("candidate", {"candidate": None})):
            await one[0].say(type="signal", to="patient", stream="m", kind=kind, body=body, attempt=1)
        await one[1].say(type="chat", id="1", text="in room one")
        await one[1].say(type="media", mic=True, camera=True, screen=True)
        await one[1].say(type="leave")
        await one[1].closed()
        before = [len(caller.seen) for caller in two]
        for caller in two:
            await caller.ping()
        assert [len(caller.seen) - n for caller, n in zip(two, before, strict=True)] == [1, 1]


@pytest.mark.asyncio
async def test_what_happens_is_reported_in_order() -> None:
    async with serving() as server:
        server.truth.standings["visit", "patient"] = "waiting"
        patient = await server.join("patient")
        await patient.expect("state")
        await patient.say(type="media", mic=True, camera=False, screen=False)
        await patient.say(type="leave")
        assert await patient.closed() == 1000
        await server.truth.until("visit", Disconnected("patient", 1))
        expected = [
            Connected("patient", 1),
            MediaState("patient", True, False, False),
            Left("patient", "leave"),
            Disconnected("patient", 1),
        ]
        assert server.truth.events == [("visit", event) for event in expected]


@pytest.mark.asyncio
async def test_a_house_that_cannot_answer_keeps_strangers_out_and_the_call_running(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(limits=Limits(recheck=0.05, recheck_waiting=0.05)) as server:
        therapist, patient = await server.call()
        server.truth.broken = True
        server.truth.standings["visit", "guest"] = "live"
        guest = await server.join("guest")
        assert await guest.closed() == 1013
        await server.truth.until_asked(6)
        await patient.say(type="chat", id="1", text="still talking")
        assert (await therapist.expect("chat"))["text"] == "still talking"
    assert "standing not known" in caplog.text


@pytest.mark.asyncio
async def test_a_fault_of_ours_closes_one_socket_with_1011_and_logs_no_content(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(n: int) -> Pong:
        raise RuntimeError("ours")

    async with serving() as server:
        therapist, patient = await server.call()
        with monkeypatch.context() as patch:
            patch.setattr("signaling.messages.Pong", broken)
            await patient.say(type="ping", n=424242)
            assert await patient.closed() == 1011
        assert (await therapist.expect("peer"))["present"] is False
        await therapist.ping()
    assert [record.levelno for record in caplog.records if record.name == "parlour.signaling"] == [logging.ERROR]
    assert "424242" not in caplog.text


@pytest.mark.asyncio
async def test_C12_logs_hold_no_ticket_no_chat_no_description(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "parlour.signaling")
    async with serving() as server:
        therapist, patient = await server.call()
        await patient.say(type="chat", id="1", text="CANARY-CHAT")
        await therapist.expect("chat")
        await patient.say(
            type="signal", to="therapist", stream="m", kind="offer", body={"sdp": "CANARY-SDP"}, attempt=1
        )
        await therapist.expect("signal")
        await patient.socket.send('{"type":"chat","id":"2","text":"CANARY-BROKEN"')
        await patient.closed()
    assert "CANARY" not in "".join(record.getMessage() for record in caplog.records if "parlour" in record.name)


@pytest.mark.asyncio
async def test_a_participant_with_too_many_sockets_is_asked_to_try_later() -> None:
    async with serving(limits=Limits(sockets_per_peer=1)) as server:
        therapist, patient = await server.call()
        extra = await server.join("patient")
        assert await extra.closed() == 1013
        assert [one["code"] for one in extra.seen] == ["too_many_sockets"]
        await patient.ping()
        await patient.socket.close()
        assert (await therapist.expect("peer"))["present"] is False
        await server.until(lambda: not server.signaling._census.seated["visit", "patient"])
        await (await server.join("patient")).expect("admitted")


@pytest.mark.asyncio
async def test_an_empty_room_is_forgotten_in_time() -> None:
    async with serving(limits=Limits(linger=0.05)) as server:
        server.truth.standings["visit", "patient"] = "waiting"
        patient = await server.join("patient")
        await patient.expect("state")
        await patient.say(type="leave")
        await patient.closed()
        await server.until(lambda: not server.signaling._hub._rooms)
        await (await server.join("patient")).expect("state")
