"""The check before a session: what was measured -> how sound and picture will be, and the one thing to do. Pure.

Bars. Delay: ITU-T G.114 (05/2003) calls up to 150 ms one way acceptable and more than 400 ms not; a round trip is two
ways and is held here to 300 and 800 ms. Loss: our calls send speech twice, so a tenth lost is hardly heard and a fifth
is (measured with `make bench`). Jitter: browsers grow their buffer to some 200 ms. Throughput: speech sent twice wants
80 kbit/s, half of that still carries it once; a picture of 640 x 480 wants 600, and below 150 it is paused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Device(StrEnum):
    """A microphone or camera: open, passed over, or why the browser kept it closed."""

    OPEN = "open"
    SKIPPED = "skipped"
    DENIED = "denied"
    DISMISSED = "dismissed"
    SYSTEM = "system"
    NONE = "none"
    BUSY = "busy"
    INSECURE = "insecure"
    UNSUPPORTED = "unsupported"
    GONE = "gone"


class Speaker(StrEnum):
    HEARD = "heard"
    UNHEARD = "unheard"
    SKIPPED = "skipped"


class Way(StrEnum):
    """How our own peer was reached; NONE: not at all, UNTRIED: nobody tried, or there was no peer to reach."""

    DIRECT = "direct"
    RELAY = "relay"
    NONE = "none"
    UNTRIED = "untried"


class Relay(StrEnum):
    """What became of the try through the clinic's relay; ABSENT: it has none."""

    WORKS = "works"
    BLOCKED = "blocked"
    ABSENT = "absent"
    UNTRIED = "untried"


@dataclass(frozen=True)
class Figures:
    """What a browser measured. Times in ms, loss as a share, throughput in kbit/s; None: not measured.

    `level` is the loudest that the microphone heard, as a share of its meter; `frames` the pictures that came back.
    """

    mic: Device = Device.SKIPPED
    level: float | None = None
    speaker: Speaker = Speaker.SKIPPED
    camera: Device = Device.SKIPPED
    dark: bool = False
    way: Way = Way.UNTRIED
    relay: Relay = Relay.UNTRIED
    connect_ms: int | None = None
    rtt_ms: int | None = None
    jitter_ms: int | None = None
    loss: float | None = None
    up_kbps: int | None = None
    down_kbps: int | None = None
    frames: int | None = None


class Grade(StrEnum):
    """From best to worst: good, not known, weak, not at all."""

    GOOD = "good"
    UNKNOWN = "unknown"
    WEAK = "weak"
    NONE = "none"


class Advice(StrEnum):
    """The one thing to do."""

    NOTHING = "nothing"
    ALLOW_MIC = "allow_mic"
    FIND_MIC = "find_mic"
    FREE_MIC = "free_mic"
    OTHER_BROWSER = "other_browser"
    TELL_CLINIC = "tell_clinic"
    UNMUTE_MIC = "unmute_mic"
    OTHER_NETWORK = "other_network"
    VOLUME = "volume"
    NEARER_ROUTER = "nearer_router"
    LESS_TRAFFIC = "less_traffic"
    NO_VPN = "no_vpn"
    COME_CLOSER = "come_closer"
    ALLOW_CAMERA = "allow_camera"
    FREE_CAMERA = "free_camera"
    LIGHT = "light"


@dataclass(frozen=True)
class Verdict:
    sound: Grade
    video: Grade
    network: Grade
    advice: Advice


@dataclass(frozen=True)
class Kept:
    """A check that was kept with its visit."""

    visit_id: UUID
    at: datetime
    verdict: Verdict
    figures: Figures


SOFT, GOOD_LEVEL = 0.12, 0.35

Bar = tuple[str, float, float, bool, Advice]
"""A figure, its bars for good and for weak, whether more is better, and what helps where it does not hold."""

SOUND: Sequence[Bar] = (
    ("loss", 0.10, 0.25, False, Advice.NEARER_ROUTER),
    ("jitter_ms", 60, 200, False, Advice.NEARER_ROUTER),
    ("up_kbps", 80, 40, True, Advice.LESS_TRAFFIC),
    ("down_kbps", 80, 40, True, Advice.LESS_TRAFFIC),
    ("rtt_ms", 300, 800, False, Advice.NO_VPN),
)
PICTURE: Sequence[Bar] = (
    ("loss", 0.03, 0.15, False, Advice.NEARER_ROUTER),
    ("jitter_ms", 60, 200, False, Advice.NEARER_ROUTER),
    ("up_kbps", 600, 150, True, Advice.LESS_TRAFFIC),
    ("down_kbps", 600, 150, True, Advice.LESS_TRAFFIC),
    ("rtt_ms", 300, 800, False, Advice.NO_VPN),
)
_RANK = tuple(Grade)


def worst(grades: Sequence[Grade]) -> Grade:
    return max(grades, key=_RANK.index)


def verdict(figures: Figures) -> Verdict:
    """How it will be. A network that was not measured makes nothing worse: nobody knows it to be bad."""
    network = _network(figures, SOUND)
    sound = [_mic(figures), *_speaker(figures), *_known(network)]
    video = [_camera(figures), *_known(_network(figures, PICTURE)), *_echoed(figures)]
    return Verdict(worst(sound), worst(video), network, _advice(figures))


def _known(grade: Grade) -> list[Grade]:
    return [] if grade is Grade.UNKNOWN else [grade]


def _mic(figures: Figures) -> Grade:
    if figures.mic is not Device.OPEN:
        return Grade.UNKNOWN if figures.mic is Device.SKIPPED else Grade.NONE
    level = figures.level or 0.0
    if level < SOFT:
        return Grade.NONE
    return Grade.GOOD if level >= GOOD_LEVEL else Grade.WEAK


def _speaker(figures: Figures) -> list[Grade]:
    heard = {Speaker.HEARD: [Grade.GOOD], Speaker.UNHEARD: [Grade.WEAK], Speaker.SKIPPED: []}
    return heard[figures.speaker]


def _camera(figures: Figures) -> Grade:
    if figures.camera is Device.SKIPPED:
        return Grade.UNKNOWN
    if figures.camera is not Device.OPEN:
        return Grade.NONE
    return Grade.WEAK if figures.dark else Grade.GOOD


def _echoed(figures: Figures) -> list[Grade]:
    """An open camera whose picture never came back has a hard way."""
    return [Grade.WEAK] if figures.camera is Device.OPEN and figures.frames == 0 else []


def _network(figures: Figures, bars: Sequence[Bar]) -> Grade:
    """Without a relay a peer that is out of reach says nothing: the server's own network may keep it so."""
    if figures.way is Way.UNTRIED or (figures.way is Way.NONE and figures.relay is Relay.ABSENT):
        return Grade.UNKNOWN
    if figures.way is Way.NONE:
        return Grade.NONE
    measured = [_grade(figures, bar) for bar in bars if getattr(figures, bar[0]) is not None]
    return worst(measured) if measured else Grade.UNKNOWN


def _grade(figures: Figures, bar: Bar) -> Grade:
    name, good, weak, more_is_better, _ = bar
    figure = getattr(figures, name)
    if figure >= good if more_is_better else figure <= good:
        return Grade.GOOD
    return Grade.WEAK if (figure >= weak if more_is_better else figure <= weak) else Grade.NONE


CLOSED = {
    Device.NONE: Advice.FIND_MIC,
    Device.GONE: Advice.FIND_MIC,
    Device.BUSY: Advice.FREE_MIC,
    Device.INSECURE: Advice.TELL_CLINIC,
    Device.UNSUPPORTED: Advice.OTHER_BROWSER,
    Device.DENIED: Advice.ALLOW_MIC,
    Device.DISMISSED: Advice.ALLOW_MIC,
    Device.SYSTEM: Advice.ALLOW_MIC,
}
"""What helps where a microphone stayed closed. A camera that is not there is no fault: sound alone is a visit."""
CAMERA_CLOSED = {
    Device.DENIED: Advice.ALLOW_CAMERA,
    Device.DISMISSED: Advice.ALLOW_CAMERA,
    Device.SYSTEM: Advice.ALLOW_CAMERA,
    Device.BUSY: Advice.FREE_CAMERA,
    Device.GONE: Advice.FREE_CAMERA,
}


def _advice(figures: Figures) -> Advice:
    """The first that applies: being heard, hearing, the network for sound, being heard well, being seen."""
    if figures.mic in CLOSED:
        return CLOSED[figures.mic]
    mic = _mic(figures)
    if mic is Grade.NONE:
        return Advice.UNMUTE_MIC
    if _network(figures, SOUND) is Grade.NONE and figures.way is Way.NONE:
        return Advice.OTHER_NETWORK
    if figures.speaker is Speaker.UNHEARD:
        return Advice.VOLUME
    if helps := _first_missed(figures, SOUND):
        return helps
    if mic is Grade.WEAK:
        return Advice.COME_CLOSER
    if figures.camera in CAMERA_CLOSED:
        return CAMERA_CLOSED[figures.camera]
    if figures.camera is Device.OPEN and (helps := _first_missed(figures, PICTURE)):
        return helps
    return Advice.LIGHT if figures.camera is Device.OPEN and figures.dark else Advice.NOTHING


def _first_missed(figures: Figures, bars: Sequence[Bar]) -> Advice | None:
    if figures.way not in {Way.DIRECT, Way.RELAY}:
        return None
    missed = (bar for bar in bars if getattr(figures, bar[0]) is not None and _grade(figures, bar) is not Grade.GOOD)
    return next((bar[4] for bar in missed), None)
