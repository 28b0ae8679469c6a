// @ts-check
// Which sentence says how things stand, as the key of words in the page and what to fill in. Pure.

import { other, phase } from './room.js'

/** @typedef {{key: string, at?: number, name?: string}} Sentence */

/**
 * Sound comes first, then the picture; what a person can do comes with what is wrong.
 * @param {import('./room.js').State} state
 * @param {{flow: string, brokeAt: number, unheard: boolean, phone: boolean, video: string, sound: string,
 *   mine: {mic: boolean, camera: boolean}, medium?: string}} media
 *   brokeAt: since when a call that flowed does not (ms, 0: it never flowed or flows); unheard: the browser keeps the sound
 *   back until a press; video: how much of this side's picture goes out; sound: how the other side is heard
 * @returns {Sentence}
 */
export function sentence(state, { phone, ...media }) {
  const { flow, brokeAt } = media
  const now = phase(state)
  if (now === 'ended') return { key: now }
  if (now === 'left') return { key: state.told ? 'left' : 'left.untold', at: state.goneAt }
  if (now === 'elsewhere') return { key: state.socket }
  if (state.standing !== 'live') return { key: now === 'lost' ? 'lost.waiting' : state.standing, at: state.lostAt }
  if (media.medium === 'phone') return { key: 'by.phone' }
  if (state.socket === 'refused') return { key: flow === 'flowing' ? 'refused.flowing' : 'refused' }
  if (state.socket === 'lost' && flow === 'flowing') return { key: 'lost.flowing', at: state.lostAt }
  if (state.socket === 'lost') return { key: phone ? 'lost.phone' : 'lost', at: brokeAt || state.lostAt }
  if (!other(state) && state.missing) return missed(state.missing)
  return withOther(other(state), media)
}

/** @param {{name: string, at: number}} missing @returns {Sentence} */
const missed = ({ name, at }) => (at ? { key: 'gone', name, at } : { key: 'away', name })

/** What is so between the two while a sentence tells of the server; null where that sentence says it all.
 * @param {import('./room.js').State} state @param {Parameters<typeof withOther>[1]} media @param {string} key @returns {Sentence | null} */
export const meanwhile = (state, media, key) => (key.endsWith('.flowing') ? withOther(other(state), media) : null)

/** @param {import('./room.js').Peer | undefined} them
 * @param {{flow: string, brokeAt: number, unheard: boolean, video: string, sound: string, mine: {mic: boolean, camera: boolean}, medium?: string}} media
 * @returns {Sentence} */
function withOther(them, { flow, brokeAt, unheard, video, sound: hearing, mine, medium }) {
  if (!them) return { key: 'alone' }
  const { name } = them
  if (medium === 'text') return { key: them.present ? 'by.text' : 'away', name }
  if (flow !== 'flowing') {
    if (!them.present) return { key: 'away', name }
    return brokeAt ? { key: 'mending', name, at: brokeAt } : { key: 'connecting', name }
  }
  if (unheard) return { key: 'unheard', name }
  const held = heldBack(mine.camera ? video : 'full', them.camera ? (them.video ?? 'full') : 'full')
  if (them.mic && mine.mic && hearing === 'weak') return { key: held ? 'weak.less' : 'weak', name }
  if (them.mic && mine.mic && held) return { key: held, name }
  if (them.mic && held && held !== 'less') return { key: `${held}.unheard`, name }
  return { key: `${sound(them.mic, mine.mic)}.${picture(them.camera || them.screen, mine.camera)}`, name }
}

/** Whose picture does not go out, or that one is smaller. @param {string} mine @param {string} theirs */
function heldBack(mine, theirs) {
  if (mine === 'paused') return theirs === 'paused' ? 'paused' : 'paused.mine'
  if (theirs === 'paused') return 'paused.theirs'
  return mine === 'reduced' || theirs === 'reduced' ? 'less' : ''
}

/** @param {boolean} theirs @param {boolean} mine */
const sound = (theirs, mine) => (theirs ? (mine ? 'heard' : 'hear') : mine ? 'muted' : 'silent')

/** @param {boolean} theirs @param {boolean} mine */
const picture = (theirs, mine) => (theirs ? (mine ? 'both' : 'theirs') : mine ? 'mine' : 'none')

/** What can be pressed under a sentence. @type {Record<string, readonly string[]>} */
export const HELP = {
  elsewhere: ['here'], taken: ['here', 'there'], refused: ['page', 'phone'], 'refused.flowing': ['page'], lost: ['again'], 'lost.phone': ['again', 'phone'],
  unheard: ['hear'], 'left.untold': ['phone'],
}

/** Minutes and seconds since, or hours too. @param {number} ms */
export function elapsed(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`
}

/** First letters of the first and the last name. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words
  return ends.map((word) => [...word][0].toUpperCase()).join('')
}
