// @ts-check
// Two short soft tones, a fifth apart, made in the browser: no file, no surprise in loudness.

const TONES = [{ pitch: 392, at: 0.05 }, { pitch: 587.33, at: 0.75 }]
const LENGTH = 0.5
const LOUDNESS = 0.2

/** Plays both and gives back when they are over. @param {string} [speaker]  device id @returns {Promise<void>} */
export async function playTones(speaker) {
  const sound = /** @type {AudioContext & {setSinkId?: (id: string) => Promise<void>}} */ (new AudioContext())
  try {
    if (speaker) await sound.setSinkId?.(speaker)
  } catch {
    // The remembered speaker is gone: the usual one plays.
  }
  for (const tone of TONES) play(sound, tone)
  await new Promise((done) => setTimeout(done, 1000 * (TONES[1].at + LENGTH + 0.1)))
  await sound.close()
}

/** @param {AudioContext} sound @param {{pitch: number, at: number}} tone */
function play(sound, { pitch, at }) {
  const start = sound.currentTime + at
  const voice = sound.createOscillator()
  const gain = sound.createGain()
  voice.frequency.value = pitch
  gain.gain.setValueAtTime(0, start)
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.04)
  gain.gain.setTargetAtTime(0, start + LENGTH - 0.15, 0.05)
  voice.connect(gain).connect(sound.destination)
  voice.start(start)
  voice.stop(start + LENGTH)
}
