"""Sixty seconds that sound like somebody speaking: what a call is measured with, made when it is first needed.

Syllables of a voice (a falling and rising pitch through two changing formants), some with a hiss before them, in words
and sentences with pauses. About two thirds is sound; a codec and a jitter buffer treat it as they treat speech.
"""

from __future__ import annotations

import math
import sys
import tempfile
import wave
from array import array
from functools import cache
from pathlib import Path
from random import Random

RATE = 16000
VOWELS = ((730, 1090), (530, 1840), (390, 1990), (570, 840), (440, 1020), (300, 870))


@cache
def speech_file(seconds: int = 60, seed: int = 1) -> Path:
    """Path of a WAV file, the same for the same numbers; kept among the temporary files."""
    path = Path(tempfile.gettempdir()) / f"parlour-speech-{seconds}-{seed}-v2.wav"
    if not path.exists():
        draft = Path(tempfile.mkdtemp(prefix="parlour-speech-")) / "speech.wav"
        write(draft, samples(seconds, Random(seed)))
        draft.replace(path)
        draft.parent.rmdir()
    return path


def write(path: Path, sound: array[int]) -> None:
    """16 bit, one channel."""
    if sys.byteorder == "big":
        sound.byteswap()
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(sound.tobytes())


def samples(seconds: int, chance: Random) -> array[int]:
    """Sentences until the time is full."""
    sound = array("h")
    while len(sound) < seconds * RATE:
        for _ in range(chance.randint(3, 8)):
            for _ in range(chance.randint(1, 4)):
                sound.extend(syllable(chance))
            sound.extend(silence(chance.uniform(0.02, 0.08)))
        sound.extend(silence(chance.uniform(0.25, 0.7)))
    return sound[: seconds * RATE]


def silence(seconds: float) -> array[int]:
    return array("h", bytes(2 * int(seconds * RATE)))


def syllable(chance: Random) -> array[int]:
    """A hiss now and then, and a vowel of 90 to 220 ms."""
    sound = array("h")
    if chance.random() < 0.4:
        long = int(chance.uniform(0.03, 0.07) * RATE)
        sound.extend(int(chance.gauss(0, 500)) for _ in range(long))
    sound.extend(vowel(chance.uniform(0.09, 0.22), chance.uniform(105, 180), chance))
    return sound


def vowel(seconds: float, pitch: float, chance: Random) -> array[int]:
    """Pulses of a voice through two resonances that glide from one vowel to another."""
    count, bend = int(seconds * RATE), chance.uniform(-0.25, 0.25)
    (low, high), (low_end, high_end) = chance.choice(VOWELS), chance.choice(VOWELS)
    memory = [[0.0, 0.0], [0.0, 0.0]]
    phase, sound = 0.0, array("h")
    for at in range(count):
        share = at / count
        phase += pitch * (1 + bend * share) / RATE
        pulse = 1.0 if phase >= 1 else 0.0
        phase -= pulse
        value = 0.0
        for which, (start, end) in enumerate(((low, low_end), (high, high_end))):
            value += _resonance(memory[which], pulse, start + (end - start) * share) / (1 + which)
        sound.append(max(-32000, min(32000, int(2500 * math.sin(math.pi * share) ** 0.5 * value))))
    return sound


def _resonance(memory: list[float], pulse: float, frequency: float) -> float:
    """Two poles, 90 Hz wide."""
    radius = math.exp(-math.pi * 90 / RATE)
    now = pulse + 2 * radius * math.cos(2 * math.pi * frequency / RATE) * memory[0] - radius * radius * memory[1]
    memory[1], memory[0] = memory[0], now
    return now
