// @ts-check
// Files from one browser to the other: performs what `transfers.js` decides. Nothing passes the server; nothing is opened.

import { CHUNK, LARGEST, decode, pack, unpack } from './messages.js'
import { cleanName, cleanType } from './names.js'
import { pace } from './pace.js'
import { start, step } from './transfers.js'

const TURN_MS = 50
const FULL = 256 * 1024
/** What each button asks for. @type {Record<string, string>} */
const WISHES = { offer: 'offer', again: 'offer', accept: 'accept', refuse: 'stop', stop: 'stop' }

/**
 * @param {object} page
 * @param {ReturnType<typeof import('../wire.js').openWire>} page.wire
 * @param {() => {video: string, sound: string}} page.quality  of the call: the sound comes first
 * @param {(list: readonly import('./transfers.js').Transfer[], waits: boolean) => void} page.draw
 * @param {() => void} page.asked  the other side offers something
 * @param {{subtle: SubtleCrypto, now: () => number, later: (work: () => void, ms: number) => any}} page.world
 */
export function openFiles({ wire, quality, draw, asked, world }) {
  let state = start()
  let rate = 0
  /** @type {Map<number, Blob>} */ const own = new Map()
  /** @type {Map<number, Uint8Array[]>} */ const coming = new Map()
  /** @type {Map<number, string>} */ const links = new Map()
  /** @type {Set<RTCDataChannel>} */ const open = new Set()
  /** @type {RTCDataChannel | undefined} */ let carrier // what is under way goes over this one

  /** @param {any} event */
  function tell(event) {
    const before = state
    const result = step(state, { ...event, now: world.now() })
    state = result.state
    for (const effect of result.effects) DO[effect.do](effect)
    if (state !== before) draw(state.list, !rate)
  }

  /** @type {Record<string, (effect: any) => void>} */
  const DO = {
    send: ({ message }) => say(JSON.stringify(message)),
    pump: ({ id }) => pump(id),
    keep: ({ id, bytes }) => { coming.set(id, coming.get(id) ?? []).get(id)?.push(bytes) },
    check: ({ id, hash }) => check(id, hash),
    asked: () => asked(),
    drop: ({ id }) => {
      own.delete(id)
      coming.delete(id)
      URL.revokeObjectURL(links.get(id) ?? '')
      links.delete(id)
    },
  }

  /** @param {string | Uint8Array<ArrayBuffer>} data */
  function say(data) {
    if (carrier?.readyState === 'open') carrier.send(/** @type {any} */ (data))
    else tell({ type: 'lost' })
  }

  const find = (/** @type {number} */ id) => state.list.find((one) => one.id === id)

  /** Chunk by chunk, as fast as the pace allows and no faster than they leave. @param {number} id */
  async function pump(id) {
    const file = own.get(id)
    const n = find(id)?.n ?? -1
    const flows = () => find(id)?.stage === 'flowing' && find(id)?.n === n && carrier
    if (!file) return
    try {
      const whole = new Uint8Array(await file.arrayBuffer())
      for (let at = 0, spare = CHUNK; at * CHUNK < whole.length && flows();) {
        spare = Math.min(spare + rate * TURN_MS / 1000, Math.max(CHUNK, rate / 4))
        for (; spare >= CHUNK && at * CHUNK < whole.length && flows() && (carrier?.bufferedAmount ?? FULL) < FULL; spare -= CHUNK) {
          say(pack(n, at, whole.subarray(at * CHUNK, (at += 1) * CHUNK)))
        }
        tell({ type: 'sent', id, moved: Math.min(at * CHUNK, whole.length) })
        await room()
      }
      const hash = await hashOf(whole)
      if (flows()) tell({ type: 'ended', id, hash })
    } catch {
      tell({ type: 'unread', id }) // it was moved or changed since it was picked
    }
  }

  /** A turn later, or once there is room again. */
  async function room() {
    await new Promise((done) => world.later(() => done(undefined), TURN_MS))
    const channel = carrier
    if (!channel || channel.bufferedAmount < FULL) return
    await new Promise((done) => {
      channel.bufferedAmountLowThreshold = FULL / 4
      channel.addEventListener('bufferedamountlow', done, { once: true })
      channel.addEventListener('close', done, { once: true })
    })
  }

  /** @param {number} id @param {string} hash */
  async function check(id, hash) {
    // Never as what it claims to be: an address of ours that shows a page would be a page of ours.
    const blob = new Blob(/** @type {BlobPart[]} */ (coming.get(id) ?? []), { type: 'application/octet-stream' })
    coming.delete(id)
    const same = (await hashOf(new Uint8Array(await blob.arrayBuffer()))) === hash
    if (same && find(id)?.stage === 'checking') links.set(id, URL.createObjectURL(blob))
    tell({ type: 'checked', id, same })
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async function hashOf(bytes) {
    return [...new Uint8Array(await world.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  function lost() {
    carrier = wire.now('file')
    tell({ type: 'lost' })
  }

  wire.take('file', {
    opened: (channel) => {
      open.add(channel)
      carrier ??= channel
      draw(state.list, !rate)
    },
    closed: (channel) => {
      open.delete(channel)
      if (channel === carrier) lost()
    },
    heard: (data, channel) => {
      if (channel !== carrier && state.list.some(moving)) return
      carrier = channel
      if (typeof data !== 'string') {
        const chunk = unpack(data)
        return chunk ? tell({ type: 'chunk', ...chunk }) : undefined
      }
      const said = decode(data)
      if (said) tell({ ...said, type: `heard ${said.t}`, kind: 'type' in said ? said.type : '' })
    },
  })

  /** @param {import('./transfers.js').Transfer} one */
  const moving = ({ stage }) => stage === 'offered' || stage === 'flowing' || stage === 'checking'

  ;(function every() {
    rate = pace(rate, quality())
    tell({ type: 'tick' })
    world.later(every, 1000)
  })()

  return {
    /** Whether it is small enough. @param {File} file */
    pick(file) {
      if (file.size > LARGEST) return false
      own.set(state.ids, file)
      tell({ type: 'pick', name: cleanName(file.name), size: file.size, kind: cleanType(file.type) })
      return true
    },
    /** @param {string} what @param {number} id */
    press(what, id) {
      if (!state.list.some(moving)) carrier = wire.now('file') ?? carrier
      tell({ type: WISHES[what], id })
    },
    /** Where a file that came can be saved from, '' before. @param {number} id */
    link: (id) => links.get(id) ?? '',
    /** Whether there is anybody to send to. */
    reaches: () => open.size > 0,
    /** Offers of the other side that nobody answered. */
    waiting: () => state.list.filter((one) => !one.mine && one.stage === 'offered'),
  }
}
