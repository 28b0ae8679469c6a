// @ts-check
// Words to compare with one other person: rounds of commit and reveal over a channel that is not trusted, as PROTOCOL.md
// has them ('Words to compare'). No DOM, no socket, no connection; WebCrypto is handed in.

import { WORDS } from './wordlist.js'

const MOST_ROUNDS = 40
const MOST_EARLY = 8
const MOST_NUDGES = 5

/**
 * @typedef {{own: string, theirs: string}} Pair  SHA-256 of the certificates that DTLS uses: 64 hexadecimal digits each
 * @typedef {{step: string, round: number, value: string}} Move
 * @typedef {{words: string[], digits: string, pair: Pair}} Outcome
 * @param {object} page
 * @param {Crypto} page.crypto
 * @param {(move: Move) => void} page.send
 * @param {(outcome: Outcome | null) => void} page.emit  null: somebody does not keep to the rules
 */
export function openSas({ crypto, send, emit }) {
  /** @type {Pair | null} */ let pair = null
  let live = false // what arrives while no connection stands waits, since it may be about the next one
  /** @type {Move[]} */ let early = []
  /** @type {Promise<void>} */ let queue = Promise.resolve()
  // Anywhere, so that a page that was opened again never begins in the very round that its last one was in.
  let round = crypto.getRandomValues(new Uint32Array(1))[0]
  let rounds = 0
  let commit = ''
  let proof = ''
  let theirs = '' // the other side's commit of this round
  let revealed = false
  let found = false
  let quiet = 0 // how often in a row this side asked without hearing anything

  /** A new nonce, and the promise of it. @param {Pair} now @param {number} at */
  async function begin(now, at) {
    if ((rounds += 1) > MOST_ROUNDS) return emit(null)
    round = at
    theirs = ''
    revealed = found = false
    const nonce = hex(crypto.getRandomValues(new Uint8Array(32)))
    proof = `${now.own} ${nonce}`
    commit = await promise(proof)
    send({ step: 'commit', round, value: commit })
  }

  /** @param {string} said  fingerprint and nonce */
  const promise = async (said) => hex(await digest(`parlour commit 1\n${said.replace(' ', '\n')}`))

  /** @param {string} text */
  const digest = async (text) => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

  /** @param {Pair} now @param {Move} move */
  async function onCommit(now, { round: at, value }) {
    if (at < round) return revealed ? begin(now, round + 1) : send({ step: 'commit', round, value: commit })
    if (at > round) await begin(now, at)
    if (at !== round) return // too many rounds
    if (value === commit || (theirs && theirs !== value)) return emit(null)
    theirs = value
    if (!revealed) send({ step: 'reveal', round, value: proof })
    revealed = true
  }

  /** @param {Pair} now @param {Move} move */
  async function onReveal(now, { round: at, value }) {
    if (at !== round || !theirs) return
    found = (await promise(value)) === theirs && value !== proof && value.startsWith(`${now.theirs} `)
    emit(found ? await outcome(now, value) : null)
  }

  /** @param {Pair} now @param {string} value */
  async function outcome(now, value) {
    const bytes = await digest(`parlour words 1\n${[proof, value].sort().map((one) => `${one}\n`).join('')}`)
    const number = bytes.slice(0, 6).reduce((sum, byte) => sum * 256 + byte, 0)
    return {
      words: [...bytes.slice(0, 4)].map((byte) => WORDS[byte]),
      digits: String(number % 1e9).padStart(9, '0').replace(/(\d{3})(?=\d)/g, '$1 '), pair: now,
    }
  }

  /** @param {Move} move */
  async function take(move) {
    quiet = 0
    if (!live || !pair) return void early.splice(0, Math.max(0, early.push(move) - MOST_EARLY))
    if (move.step === 'commit') await onCommit(pair, move)
    if (move.step === 'reveal') await onReveal(pair, move)
  }

  /** A connection stands between these two. @param {Pair} now */
  async function meet(now) {
    live = true
    if (!pair || pair.own !== now.own || pair.theirs !== now.theirs) {
      pair = now
      await begin(now, Math.max(round + 1, ...early.map((move) => move.round)))
    }
    for (const move of early.splice(0)) await take(move)
  }

  /** A move that the room could not hand over is lost: begin again, but not for ever, for the other page may be an old one. */
  async function nudge() {
    if (!live || !pair || found || (quiet += 1) > MOST_NUDGES) return
    await begin(pair, round + 1)
  }

  const after = (/** @type {() => Promise<void> | void} */ work) => (queue = queue.then(work))
  return {
    /** @param {Pair} now */
    meet: (now) => after(() => meet(now)),
    /** @param {Move} move */
    receive: (move) => after(() => take(move)),
    /** Long without an outcome. */
    nudge: () => after(nudge),
    /** No connection for now. */
    pause: () => after(() => { live = false }),
  }
}

/** @param {Uint8Array} bytes */
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
