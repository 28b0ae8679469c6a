// @ts-check
// How fast a file may go: it never takes the room that the sound needs. Pure.

const SLOWEST = 64_000 // bytes a second
const FASTEST = 4_000_000

/** Once a second: twice as fast while all is well, a step back when the picture gives way, not at all when the sound does.
 * @param {number} rate @param {{video: string, sound: string}} call @returns {number} bytes a second, 0: it waits */
export function pace(rate, { video, sound }) {
  if (sound === 'weak' || video === 'paused') return 0
  if (video === 'reduced') return Math.min(SLOWEST / 4, rate || SLOWEST / 4)
  return Math.min(FASTEST, Math.max(SLOWEST, rate * 2))
}
