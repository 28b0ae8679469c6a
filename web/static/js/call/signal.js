// @ts-check
// The socket and nothing else: ticket, hello or resume, ping, and coming back. The ticket travels in the first frame,
// never in an address, since addresses are logged.

import { RETRIED, nextDelay, verdict } from './backoff.js'
import { askForTicket } from './ticket.js'

export const VERSION = 1
const OPEN = 1 // WebSocket.readyState
const ANSWER_MS = 8000
const ANSWER_IN_CALL_MS = 3000 // a network that came back does not wake what was asked before
const IMPATIENT_TRIES = 3
const STALE_MS = 500 // a network that came back answers within this, or it was asked before it came
const PROBE_MS = 3000
const PROMPT_MS = 1000 // a ticket that took no longer tells the server's clock well enough
const PROBE_IN_CALL_MS = 1200

/**
 * @param {object} options
 * @param {string} options.ticketUrl
 * @param {string} options.socketUrl  ws: or wss:
 * @param {(event: any) => void} options.emit  server messages, and clock, socket.lost, socket.elsewhere, socket.taken, socket.refused
 * @param {() => boolean} options.hadCall  whether this page holds a running call
 * @param {() => string} options.page  this page's own name in the visit
 * @param {Promise<unknown>} [options.ready]  what has to be known before the room is greeted: the page's name, a certificate
 * @param {() => boolean} options.inCall  whether to come back with the short cap
 * @param {{fetch: typeof fetch, WebSocket: any, now: () => number, random: () => number,
 *   later: (work: () => void, ms: number) => any, cancel: (timer: any) => void}} options.world
 */
export function openSignal({ ticketUrl, socketUrl, emit, hadCall, page, ready, inCall, world }) {
  /** @type {any} */ let socket = null
  /** @type {Record<string, any>} */ const timers = {}
  let turn = 0 // what an older turn still brings is not listened to
  let tries = 0
  let known = false // this page was connected before, so it resumes
  let welcomed = false
  let taking = false // the person wants to be here, and not where they were
  let pings = 0
  let heard = 0
  let soonest = Infinity // how long the ticket took that the server's clock is known by, ms
  let begun = 0 // when the connect that is under way began, 0 for none

  async function connect() {
    const mine = quiet()
    begun = world.now()
    // A page that opens has everything fetched at once, since each way takes its time; one that comes back asks for a ticket
    // first, so that a server that has just started is not met by twice as many.
    if (!known && !tries) dial()
    const [answer] = await Promise.all([askForTicket(ticketUrl, patience(), world), ready])
    // An answer that was long under way says less of the server's clock than the one that was known.
    if (answer.ahead !== null && answer.took <= Math.max(soonest, PROMPT_MS)) {
      soonest = Math.min(soonest, answer.took)
      emit({ type: 'clock', ahead: answer.ahead })
    }
    if (mine !== turn) return
    if (!answer.ticket) return turnedAway(answer)
    greet(socket ?? dial(), answer.ticket)
  }

  function dial() {
    socket = new world.WebSocket(socketUrl)
    socket.onclose = () => { socket = null } // it waited too long for its ticket, and nobody for it
    return socket
  }

  /** @param {any} mine @param {string} ticket */
  function greet(mine, ticket) {
    wait('greeting', () => lost(1006), patience())
    mine.onmessage = (/** @type {{data: string}} */ { data }) => receive(JSON.parse(data))
    mine.onclose = (/** @type {{code: number}} */ { code }) => lost(code)
    mine.onopen = () => mine.send(JSON.stringify({
      ...(known ? { type: 'resume', had_call: hadCall() } : { type: 'hello' }),
      version: VERSION, ticket, page: page(), ...(taking && { take_over: true }),
    }))
    if (mine.readyState === OPEN) mine.onopen()
  }

  // A server that everybody comes back to at once is given time, or nobody would ever be answered.
  const patience = () => (inCall() && tries < IMPATIENT_TRIES ? ANSWER_IN_CALL_MS : ANSWER_MS)

  /** @param {{status: number, after: number}} answer */
  function turnedAway({ status, after }) {
    drop()
    const what = verdict(status)
    if (what === 'ended') return emit({ type: 'ended', reason: 'gone' })
    if (what === 'refused') return emit({ type: 'socket.refused', code: status, at: world.now() })
    emit({ type: 'socket.lost', at: world.now() })
    again(after)
  }

  /** @param {any} message */
  function receive(message) {
    heard = pings
    if (message.type === 'pong') return
    if (message.type === 'welcome') {
      world.cancel(timers.greeting)
      begun = 0
      welcomed = known = true
      taking = false
      tries = 0
      beat(message.ping_every_ms)
    }
    if (message.type === 'drain') wait('move', connect, message.retry_after_ms)
    emit(message)
  }

  /** @param {number} every */
  function beat(every) {
    wait('beat', () => {
      if (pings > heard) return lost(1006) // silent for a whole beat: the path is dead, whatever the socket says
      send({ type: 'ping', n: ++pings })
      beat(every)
    }, every)
  }

  /** @param {number} code */
  function lost(code) {
    const moving = Boolean(timers.move)
    turn += 1
    drop()
    if (code === 4409) return void (quiet(), emit({ type: 'socket.elsewhere' }))
    if (code === 4423) return void (quiet(), emit({ type: 'socket.taken' }))
    if (code === 4410) return void (quiet(), emit({ type: 'ended', reason: 'closed' }))
    if (!RETRIED.has(code) && !moving) return emit({ type: 'socket.refused', code, at: world.now() })
    emit({ type: 'socket.lost', at: world.now() })
    if (!moving) again(0)
  }

  /** @param {number} atLeast */
  function again(atLeast) {
    wait('retry', connect, Math.max(atLeast, nextDelay(tries++, inCall(), world.random)))
  }

  /** @param {string} name @param {() => void} work @param {number} ms */
  function wait(name, work, ms) {
    world.cancel(timers[name])
    timers[name] = world.later(() => {
      timers[name] = null
      work()
    }, ms)
  }

  /** Ends whatever is under way; gives the number of the new turn. */
  function quiet() {
    for (const name of ['retry', 'move']) stop(name)
    drop()
    return (turn += 1)
  }

  function drop() {
    for (const name of ['beat', 'greeting', 'probe']) stop(name)
    welcomed = false
    begun = 0
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close(1000)
    socket = null
  }

  /** @param {string} name */
  function stop(name) {
    world.cancel(timers[name])
    timers[name] = null
  }

  /** @param {any} message @returns {boolean} whether it went out */
  function send(message) {
    if (!welcomed) return false
    socket.send(JSON.stringify(message))
    return true
  }

  /** The network came back or changed: do not wait for a timer, and do not trust what an old network was asked. */
  function hurry() {
    const isStale = begun > 0 && world.now() - begun > STALE_MS
    if (timers.retry || isStale) return void ((tries = 0), connect())
    if (!send({ type: 'ping', n: ++pings })) return
    const asked = pings
    wait('probe', () => heard < asked && lost(1006), inCall() ? PROBE_IN_CALL_MS : PROBE_MS)
  }

  /** After 'in use elsewhere': begin as a page that was never here. */
  function takeOver() {
    known = false
    taking = true
    tries = 0
    connect()
  }

  return { connect, send, hurry, takeOver, close: quiet }
}
