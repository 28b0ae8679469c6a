import assert from 'node:assert/strict'
import { mock, test } from 'node:test'

/** A browser's stream, as far as a page sees it. */
class Source extends EventTarget {
  static CONNECTING = 0
  static OPEN = 1
  static CLOSED = 2
  static made = []

  constructor(url) {
    super()
    this.url = url
    this.readyState = Source.CONNECTING
    Source.made.push(this)
  }

  close() {
    this.readyState = Source.CLOSED
  }

  /** What the browser says when the server is gone (it tries again by itself), or when it refused (it never does). */
  fail(state) {
    this.readyState = state
    this.dispatchEvent(new Event('error'))
  }
}
globalThis.EventSource = Source
mock.timers.enable({ apis: ['setTimeout'] })
const settled = async () => { for (let turn = 0; turn < 5; turn += 1) await Promise.resolve() }
const { listen } = await import('../../web/static/js/lib/stream.js')

test('a stream that was refused is asked for again, and one that broke is left to the browser', async () => {
  let asked = 0
  listen('day:1', () => { asked += 1 }, new AbortController().signal)
  await Promise.resolve()
  assert.equal(Source.made.length, 1)
  Source.made[0].fail(Source.CONNECTING)
  mock.timers.tick(60_000)
  await Promise.resolve()
  assert.equal(Source.made.length, 1)
  assert.equal(asked, 1, 'the page asks by itself once the stream is lost')
  Source.made[0].fail(Source.CLOSED)
  mock.timers.tick(14_000)
  await Promise.resolve()
  assert.equal(Source.made.length, 1, 'not at once: whoever refused has enough to do')
  mock.timers.tick(17_000)
  await Promise.resolve()
  assert.equal(Source.made.length, 2)
  Source.made[1].dispatchEvent(new Event('open'))
  assert.equal(asked, 2, 'something may have changed unheard')
})

test('a stream that falls silent without a word is given up, asked about and opened anew', async () => {
  let asked = 0
  listen('day:2', () => { asked += 1 }, new AbortController().signal)
  await Promise.resolve()
  const stream = Source.made.at(-1)
  stream.dispatchEvent(new Event('open'))
  for (let beat = 0; beat < 3; beat += 1) {
    mock.timers.tick(2100)
    stream.dispatchEvent(new Event('beat'))
  }
  assert.deepEqual([asked, Source.made.at(-1) === stream], [0, true])
  mock.timers.tick(2200)
  await Promise.resolve()
  assert.equal(asked, 1)
  assert.ok(Source.made.at(-1) !== stream)
  assert.equal(stream.readyState, Source.CLOSED)
  Source.made.at(-1).dispatchEvent(new Event('open'))
  assert.equal(asked, 2, 'something may have changed unheard')

  mock.timers.tick(3250)
  await Promise.resolve()
  assert.equal(asked, 2, 'a server that has too much to do is asked less often')
  mock.timers.tick(50)
  await Promise.resolve()
  assert.equal(asked, 3)
})

test('a stream that nobody hears any more is closed', async () => {
  const first = new AbortController()
  listen('day:3', () => {}, first.signal)
  await Promise.resolve()
  first.abort()
  listen('day:3', () => {}, first.signal)
  await Promise.resolve()
  assert.equal(Source.made.at(-1).readyState, Source.CONNECTING, 'others listen still')
})

test('a stream that is refused for good is asked for less and less, then no more, and the page says so', async () => {
  const words = { hidden: true }, page = new EventTarget(), told = []
  globalThis.document = Object.assign(page, { querySelector: () => words })
  globalThis.dispatchEvent = (event) => told.push(event.type)
  let asked = []
  globalThis.fetch = async (url) => { asked.push(url); return { status: 404 } }
  listen('day:9', () => {}, new AbortController().signal)
  await Promise.resolve()
  const before = Source.made.length
  Source.made.at(-1).fail(Source.CLOSED)
  mock.timers.tick(30_000)
  await settled()
  assert.deepEqual([Source.made.length - before, asked.length], [1, 0], 'once more by itself')
  Source.made.at(-1).fail(Source.CLOSED)
  mock.timers.tick(29_000)
  await settled()
  assert.equal(asked.length, 0, 'later than the first time')
  mock.timers.tick(31_000)
  await settled()
  assert.deepEqual([Source.made.length - before, asked.length, words.hidden, told], [1, 1, false, ['live-ended']])
  assert.ok(asked[0].startsWith('/live?') && asked[0].includes('topic=day%3A9'))
  mock.timers.tick(3_600_000)
  await settled()
  assert.deepEqual([Source.made.length - before, asked.length], [1, 1], 'nothing more')
  page.dispatchEvent(new Event('visibilitychange'))
  await settled()
  assert.equal(Source.made.length - before, 2, 'somebody looks at it again')
  Source.made.at(-1).dispatchEvent(new Event('open'))
  assert.equal(words.hidden, true)
})

test('a server that is away is asked on, at most every five minutes', async () => {
  globalThis.fetch = async () => ({ status: 503 })
  const before = Source.made.length
  for (let times = 0; times < 8; times += 1) {
    Source.made.at(-1).fail(Source.CLOSED)
    mock.timers.tick(300_000)
    await settled()
  }
  assert.equal(Source.made.length - before, 8)
})
