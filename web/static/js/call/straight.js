// @ts-check
// What of this side is on, told straight to the other page as well: a mute is heard of while the clinic's server is out of reach.

const LONGEST = 1024

/** @typedef {{mic: boolean, camera: boolean, screen: boolean, video: string}} Media */

/** A frame of the channel, as PROTOCOL.md has it ('Beside the media'); null for what is not one. Pure. @param {unknown} data @returns {Media | null} */
export function read(data) {
  if (typeof data !== 'string' || data.length > LONGEST) return null
  try {
    const { mic, camera, screen, video = 'full' } = JSON.parse(data)
    const whole = [mic, camera, screen].every((one) => typeof one === 'boolean') && ['full', 'reduced', 'paused'].includes(video)
    return whole ? { mic, camera, screen, video } : null
  } catch {
    return null
  }
}

/**
 * @param {ReturnType<typeof import('./wire.js').openWire>} wire
 * @param {(media: Media) => void} hear  what is on there now
 */
export function openStraight(wire, hear) {
  /** @type {Set<RTCDataChannel>} */ const channels = new Set()
  let last = ''

  /** @param {RTCDataChannel} channel */
  const say = (channel) => { if (last && channel.readyState === 'open') channel.send(last) }

  wire.take('media', {
    opened: (channel) => {
      channels.add(channel)
      say(channel)
    },
    closed: (channel) => channels.delete(channel),
    heard: (data) => {
      const media = read(data)
      if (media) hear(media)
    },
  })
  /** @param {object} media  as in the room's message */
  return (media) => {
    last = JSON.stringify(media)
    for (const channel of channels) say(channel)
  }
}
