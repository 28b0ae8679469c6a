// @ts-check
// Data channels beside the media, one per concern: both sides make them with the same number, so nothing has to be agreed
// first. They end with their connection; a rebuilt one brings new ones.

/** As PROTOCOL.md has them ('Beside the media'). */
export const CHANNELS = Object.freeze({ file: 1, board: 2, caption: 3, media: 4, tool: 5 })

/** @typedef {keyof typeof CHANNELS} Concern */
/**
 * @typedef {object} Part  of the page, for one concern
 * @property {(channel: RTCDataChannel) => void} opened @property {(channel: RTCDataChannel) => void} closed
 * @property {(data: string | ArrayBuffer, channel: RTCDataChannel) => void} heard
 */

/** @param {() => RTCPeerConnection | undefined} current  the connection that carries the call */
export function openWire(current) {
  /** @type {Partial<Record<Concern, Part>>} */ const parts = {}
  /** @type {Map<RTCPeerConnection, Record<string, RTCDataChannel>>} */ const all = new Map()

  /** @param {RTCPeerConnection} pc @param {Concern} name */
  function make(pc, name) {
    const channel = pc.createDataChannel(name, { negotiated: true, id: CHANNELS[name] })
    channel.binaryType = 'arraybuffer'
    channel.onopen = () => parts[name]?.opened(channel)
    channel.onmessage = ({ data }) => parts[name]?.heard(data, channel)
    channel.onclose = () => close(pc, name)
    return channel
  }

  /** Said once, whoever notices first. @param {RTCPeerConnection} pc @param {Concern} name */
  function close(pc, name) {
    const channel = all.get(pc)?.[name]
    if (!channel) return
    delete all.get(pc)?.[name]
    channel.onopen = channel.onmessage = channel.onclose = null
    parts[name]?.closed(channel)
  }

  const names = /** @type {Concern[]} */ (Object.keys(CHANNELS))
  return {
    /** @param {Concern} name @param {Part} part */
    take: (name, part) => { parts[name] = part },
    /** A connection was made; `over` settles when it is closed. @param {RTCPeerConnection} pc @param {Promise<unknown>} over */
    attach(pc, over) {
      all.set(pc, Object.fromEntries(names.map((name) => [name, make(pc, name)])))
      const end = () => {
        for (const name of names) close(pc, name)
        all.delete(pc)
      }
      over.then(end, end)
    },
    /** The one to speak on now. @param {Concern} name @returns {RTCDataChannel | undefined} */
    now(name) {
      const pc = current()
      const channel = pc && all.get(pc)?.[name]
      return channel?.readyState === 'open' ? channel : undefined
    },
  }
}
