// @ts-check
// What runs for both, and where it is by now: the same on two pages whose clocks differ and whose road is slow one way. No
// clock of its own, no channel: what comes is told, what is to be said is handed out.

import { Known, across, exchanged, meet, middle } from './clocks.js'

const COUNT_IN_MS = 3000

/**
 * @typedef {import('./messages.js').Run} Run
 * @param {{me: () => string, now: () => number, send: (said: import('./messages.js').Message) => void, changed: () => void}} page
 *   now: ms of a clock that only goes forward
 */
export function openStep({ me, now, send, changed }) {
  const road = new Known()
  const server = new Known()
  /** @type {import('./clocks.js').Ahead | null} the server, before the other's clock */ let theirs = null
  /** @type {{at: number, by: string, run: Run | null}} */ let last = { at: 0, by: '', run: null }
  let asked = 0

  /** How far the other clock is ahead of ours. */
  function ahead() {
    return theirs ? meet(across(server.range, theirs), road.range) : road.range // where they contradict, the road holds
  }

  /** @param {Run | null} run */
  function say(run) {
    last = { at: last.at + 1, by: me(), run }
    send({ t: 'run', ...last })
    changed()
  }

  /** @type {{[Kind in import('./messages.js').Message['t']]?: (said: any, heard: number) => void}} */
  const HEAR = {
    ask: ({ n, sent }, there) => {
      const { low, high } = server.range
      const bounds = Number.isFinite(low + high) ? { low, high } : { low: null, high: null }
      send({ t: 'tell', n, sent, there, answered: now(), ...bounds })
    },
    tell: ({ sent, there, answered, low, high }, here) => {
      road.add(exchanged(sent, there, answered, here))
      if (low !== null && high !== null) theirs = { low, high }
    },
    run: ({ at, by, run }) => {
      if (at < last.at || (at === last.at && by <= last.by)) return
      last = { at, by, run }
      changed()
    },
  }

  return {
    /** @param {import('./messages.js').Message} said @param {number} heard */
    take: (said, heard) => HEAR[said.t]?.(said, heard),
    /** One more question to the other clock. */
    ask: () => send({ t: 'ask', n: ++asked, sent: now() }),
    /** What the server's clock said between two moments of ours. @param {number} sent @param {number} at @param {number} here */
    served: (sent, at, here) => server.add({ low: at - here, high: at - sent }),
    /** A new road: what the old one taught is no more. */
    anew: () => {
      road.forget()
      if (last.at) send({ t: 'run', ...last })
    },
    /** @param {string} tool */
    begin: (tool) => say({ tool, begins: now() + COUNT_IN_MS, paused: null }),
    end: () => say(null),
    turn() {
      const gone = this.gone()
      if (!last.run) return
      if (last.run.paused === null) say({ ...last.run, paused: Math.max(0, gone) })
      else say({ ...last.run, begins: now() - last.run.paused, paused: null })
    },
    get run() { return last.run },
    /** Milliseconds since it began, below 0 while it is counted in; the same number on both pages at the same moment. */
    gone() {
      if (!last.run) return 0
      if (last.run.paused !== null) return last.run.paused
      return now() - last.run.begins + (last.by === me() ? 0 : middle(ahead()))
    },
    /** By how much the two may be apart. */
    doubt: () => { const { low, high } = ahead(); return (high - low) / 2 },
  }
}
