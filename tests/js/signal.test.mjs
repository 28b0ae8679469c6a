import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'

import { openSignal } from '../../web/static/js/call/signal.js'

/** Time that only moves when told. */
class Clock {
  now = 1000
  timers = new Map()
  #next = 1
  later = (work, ms) => {
    this.timers.set(this.#next, { at: this.now + ms, work })
    return this.#next++
  }
  cancel = (id) => this.timers.delete(id)
  async pass(ms) {
    this.now += ms
    for (const [id, timer] of [...this.timers]) {
      if (timer.at > this.now || !this.timers.delete(id)) continue
      timer.work()
      await settled()
    }
  }
}

class Sockets {
  all = []
  get last() { return this.all.at(-1) }
  open = (url) => {
    const socket = {
      url, sent: [], closed: null, send: (text) => socket.sent.push(JSON.parse(text)), close: (code) => { socket.closed = code },
      say: (message) => socket.onmessage({ data: JSON.stringify(message) }),
    }
    this.all.push(socket)
    return socket
  }
}

class Tickets {
  answers = []
  asked = 0
  fetch = async (url, options) => {
    this.asked += 1
    assert.equal(options.method, 'POST')
    const answer = this.answers.shift() ?? { status: 200 }
    clock.now += answer.slow ?? 0
    if (answer.never) await new Promise(() => {})
    if (answer.status === 0) throw new TypeError('no network')
    const headers = new Headers(answer.headers)
    return {
      ok: answer.status === 200, status: answer.status, type: answer.type ?? 'basic', headers,
      json: async () => ({ ticket: `t${this.asked}` }),
    }
  }
}

const settled = () => new Promise((done) => setImmediate(done))
const WELCOME = { type: 'welcome', seq: 1, peer: 'j', role: 'patient', epoch: 1, state: 'waiting', ping_every_ms: 15000 }

let clock, sockets, tickets, seen, signal, call
beforeEach(() => {
  clock = new Clock()
  sockets = new Sockets()
  tickets = new Tickets()
  seen = []
  call = false
  signal = open()
})

const open = (more) => (
  openSignal({
    ticketUrl: '/visit/1/ticket', socketUrl: 'ws://here/signal', emit: (event) => seen.push(event),
    hadCall: () => call, page: () => 'laptop', inCall: () => call,
    world: {
      fetch: tickets.fetch, WebSocket: function Socket(url) { return sockets.open(url) }, now: () => clock.now,
      random: () => 0.5, later: clock.later, cancel: clock.cancel,
    },
    ...more,
  })
)

async function greeted() {
  await signal.connect()
  sockets.last.onopen()
  sockets.last.say(WELCOME)
}

const kinds = () => seen.map((event) => event.type)

describe('connecting', () => {
  test('the ticket goes in the first frame and never in the address', async () => {
    await greeted()
    assert.equal(sockets.last.url, 'ws://here/signal')
    assert.deepEqual(sockets.last.sent, [{ type: 'hello', version: 1, ticket: 't1', page: 'laptop' }])
  })

  test('a page that opens dials while it asks for its ticket, and greets when it knows all of itself', async () => {
    let known
    signal = open({ ready: new Promise((done) => { known = done }) })
    signal.connect()
    assert.equal(sockets.all.length, 1)
    sockets.last.readyState = 1
    await settled()
    assert.deepEqual(sockets.last.sent, [])
    known()
    await settled()
    assert.equal(sockets.last.sent[0].ticket, 't1')
    assert.equal(sockets.all.length, 1)
  })

  test('a socket that would not wait for the ticket is dialled again, and nobody is told', async () => {
    const connected = signal.connect()
    sockets.last.onclose({ code: 4408 })
    await connected
    sockets.last.onopen()
    assert.deepEqual([sockets.all.length, sockets.last.sent[0].type, kinds()], [2, 'hello', []])
  })

  test('nothing is sent before the welcome', async () => {
    await signal.connect()
    sockets.last.onopen()
    assert.equal(signal.send({ type: 'leave' }), false)
    sockets.last.say(WELCOME)
    assert.equal(signal.send({ type: 'leave' }), true)
  })

  test('a page that comes back resumes with a new ticket and says whether it had a call', async () => {
    await greeted()
    call = true
    sockets.last.onclose({ code: 1012 })
    await clock.pass(2000)
    sockets.last.onopen()
    assert.deepEqual(sockets.last.sent, [{ type: 'resume', version: 1, ticket: 't2', had_call: true, page: 'laptop' }])
    assert.deepEqual(kinds(), ['welcome', 'socket.lost'])
  })

  test('no greeting in time counts as lost', async () => {
    await signal.connect()
    await clock.pass(8000)
    assert.deepEqual(kinds(), ['socket.lost'])
    assert.equal(sockets.last.closed, 1000)
  })

  test('in a call a greeting is waited for shortly at first, and as long as ever after some tries', async () => {
    call = true
    const patience = async () => {
      const made = sockets.all.length
      let waited = 0
      for (; !sockets.all[made - 1].closed; waited += 1000) await clock.pass(1000)
      await clock.pass(2000)
      return waited
    }
    await signal.connect()
    const seconds = []
    for (let number = 0; number < 4; number += 1) seconds.push(await patience())
    assert.deepEqual(seconds, [3000, 3000, 3000, 8000])
  })

  test('the server date gives the difference of the clocks', async () => {
    clock.now = Date.parse('2026-03-02T09:00:05Z')
    tickets.answers = [{ status: 200, headers: { date: 'Mon, 02 Mar 2026 09:00:00 GMT' } }]
    await signal.connect()
    assert.deepEqual(seen, [{ type: 'clock', ahead: 5000 }])
  })

  test('an answer that was long under way changes nothing about a clock that is known', async () => {
    const after = async (slow) => {
      clock.now = Date.parse('2026-03-02T09:00:05Z')
      tickets.answers = [{ status: 200, headers: { date: 'Mon, 02 Mar 2026 09:00:00 GMT' }, slow }]
      await signal.connect()
      return seen.filter((event) => event.type === 'clock').map((event) => event.ahead)
    }
    assert.deepEqual(await after(3000), [8000], 'the first is better than none')
    assert.deepEqual(await after(40), [8000, 5040])
    assert.deepEqual(await after(6000), [8000, 5040])
    assert.deepEqual(await after(900), [8000, 5040, 5900])
  })
})

describe('coming back', () => {
  for (const code of [1001, 1006, 1011, 1012, 1013]) {
    test(`${code} is tried again`, async () => {
      await greeted()
      sockets.last.onclose({ code })
      await clock.pass(30_000)
      assert.equal(sockets.all.length, 2)
    })
  }

  for (const code of [1000, 4400, 4401, 4403, 4408, 4413, 4429]) {
    test(`${code} is an answer and not tried again`, async () => {
      await greeted()
      sockets.last.onclose({ code })
      await clock.pass(60_000)
      assert.equal(sockets.all.length, 1)
      assert.equal(seen.at(-1).type, 'socket.refused')
    })
  }

  test('4409 means elsewhere, 4410 the end', async () => {
    await greeted()
    sockets.last.onclose({ code: 4409 })
    assert.equal(seen.at(-1).type, 'socket.elsewhere')
    signal.takeOver()
    await settled()
    sockets.last.onopen()
    assert.deepEqual(sockets.last.sent[0], { type: 'hello', version: 1, ticket: 't2', page: 'laptop', take_over: true })
    sockets.last.onclose({ code: 4410 })
    assert.equal(seen.at(-1).type, 'ended')
  })

  test('4423 means that another page has it: nothing by itself, and only a press takes over, once', async () => {
    await signal.connect()
    sockets.last.onopen()
    sockets.last.onclose({ code: 4423 })
    assert.equal(seen.at(-1).type, 'socket.taken')
    await clock.pass(60_000)
    assert.equal(sockets.all.length, 1)
    signal.takeOver()
    await settled()
    sockets.last.onopen()
    sockets.last.say(WELCOME)
    sockets.last.onclose({ code: 1012 })
    await clock.pass(2000)
    sockets.last.onopen()
    assert.equal('take_over' in sockets.last.sent[0], false)
  })

  test('a drain moves when the server said, not earlier', async () => {
    await greeted()
    sockets.last.say({ type: 'drain', seq: 2, retry_after_ms: 1500 })
    sockets.last.onclose({ code: 1012 })
    await clock.pass(1400)
    assert.equal(sockets.all.length, 1)
    await clock.pass(100)
    assert.equal(sockets.all.length, 2)
  })

  test('a drain moves even when the old socket stays open', async () => {
    await greeted()
    const old = sockets.last
    old.say({ type: 'drain', seq: 2, retry_after_ms: 300 })
    await clock.pass(300)
    assert.equal(sockets.all.length, 2)
    assert.equal(old.closed, 1000)
  })

  test('silence for a whole beat is a dead path', async () => {
    await greeted()
    await clock.pass(15_000)
    assert.deepEqual(sockets.last.sent.at(-1), { type: 'ping', n: 1 })
    sockets.last.say({ type: 'pong', seq: 2, n: 1 })
    await clock.pass(15_000)
    assert.equal(seen.at(-1).type, 'welcome')
    await clock.pass(15_000)
    assert.equal(seen.at(-1).type, 'socket.lost')
  })

  test('a new network does not wait for a timer and does not trust the old socket', async () => {
    await greeted()
    signal.hurry()
    await clock.pass(3000)
    assert.equal(seen.at(-1).type, 'socket.lost')
    signal.hurry()
    await settled()
    assert.equal(sockets.all.length, 2)
  })

  test('a new network is asked anew when the old one owes an answer, but not twice in a moment', async () => {
    tickets.answers = [{ never: true }, { status: 200 }]
    signal.connect()
    await clock.pass(400)
    signal.hurry()
    assert.equal(tickets.asked, 1)
    await clock.pass(200)
    signal.hurry()
    await settled()
    assert.equal(tickets.asked, 2)
    assert.deepEqual(sockets.all.map((one) => one.closed), [1000, null])
    sockets.last.onopen()
    sockets.last.say(WELCOME)
    await clock.pass(600)
    signal.hurry()
    assert.equal(tickets.asked, 2)
  })

  test('who was told to stay away stays away on any network', async () => {
    await greeted()
    sockets.last.onclose({ code: 4409 })
    await clock.pass(60_000)
    signal.hurry()
    await settled()
    assert.equal(tickets.asked, 1)
  })

  test('what an old socket still says is not heard', async () => {
    await greeted()
    const old = sockets.last
    old.onclose({ code: 1006 })
    assert.equal(old.onmessage, null)
  })
})

describe('tickets', () => {
  test('no network and a starting server pass', async () => {
    tickets.answers = [{ status: 0 }, { status: 503 }]
    await signal.connect()
    await clock.pass(30_000)
    await clock.pass(30_000)
    assert.deepEqual(sockets.all.map((socket) => socket.closed), [1000, null])
    assert.deepEqual(kinds(), ['socket.lost', 'socket.lost'])
  })

  test('too many requests waits as long as it was told', async () => {
    tickets.answers = [{ status: 429, headers: { 'retry-after': '20' } }]
    await signal.connect()
    await clock.pass(19_000)
    assert.equal(tickets.asked, 1)
    await clock.pass(1000)
    assert.equal(tickets.asked, 2)
  })

  test('a sign-in page instead of a ticket is refused and not followed', async () => {
    tickets.answers = [{ status: 302, type: 'opaqueredirect' }]
    await signal.connect()
    await clock.pass(60_000)
    assert.deepEqual(seen, [{ type: 'socket.refused', code: 401, at: 1000 }])
    assert.equal(tickets.asked, 1)
  })

  test('a visit that is over has ended', async () => {
    tickets.answers = [{ status: 410 }]
    await signal.connect()
    assert.deepEqual(kinds(), ['ended'])
  })
})
