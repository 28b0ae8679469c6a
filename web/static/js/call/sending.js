// @ts-check
// Looks once a second whether microphone and camera of this side arrive on the line, mends what it can and tells the rest.

import { begin, judge } from './outgoing.js'
import { leaving, read } from './stats.js'

const EVERY_MS = 1000

/** @typedef {'mic' | 'camera'} Kind */

/**
 * @param {object} page
 * @param {() => {pc: RTCPeerConnection, lines: import('./lines.js').Lines} | undefined} page.carrier  what carries the call
 * @param {() => import('./lines.js').Tracks} page.tracks
 * @param {(kind: Kind) => unknown} page.reopen
 * @param {() => void} page.changed  something was lost or is back
 * @param {{now: () => number, later: (work: () => void, ms: number) => any}} page.world
 */
export function openSending({ carrier, tracks, reopen, changed, world }) {
  const kinds = /** @type {const} */ (['mic', 'camera'])
  const going = { mic: begin(world.now()), camera: begin(world.now()) }

  async function look() {
    const found = await Promise.all(kinds.map((kind) => lookAt(kind)))
    if (found.some(Boolean)) changed()
    world.later(look, EVERY_MS)
  }

  /** @param {Kind} kind  whether its state changed */
  async function lookAt(kind) {
    const now = carrier()
    const track = tracks()[kind] ?? null
    const sender = now?.lines[kind]?.sender
    const on = Boolean(track?.enabled && sender?.track === track && now?.pc.connectionState === 'connected')
    const at = world.now()
    // A picture may be held back on purpose where the network is narrow: it is always taken for sent.
    const figures = kind === 'mic' && on && now ? leaving((await read(now.pc)).values()) : { sent: at, energy: null }
    const { outgoing, decisions } = judge(going[kind], { at, on, taken: Boolean(track?.muted), ...figures })
    going[kind] = outgoing
    if (decisions.includes('mend') && sender) sender.replaceTrack(null).then(() => sender.replaceTrack(track)).catch(() => {})
    if (decisions.includes('reopen')) reopen(kind)
    return decisions.includes('lost') || decisions.includes('back')
  }

  look()
  return {
    /** Why nobody gets this, '' when they do. @param {Kind} kind */
    trouble: (kind) => going[kind].trouble,
    /** Certainly lost, so that the other side is told too. @param {Kind} kind */
    lost: (kind) => going[kind].trouble === 'taken' || going[kind].trouble === 'stuck',
  }
}
