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
