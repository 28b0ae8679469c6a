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
const { listen } = await import('../../web/static/js/lib/stream.js')

test('a stream that was refused is asked for again, and one that broke is left to the browser', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
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
  mock.timers.reset()
})
