import assert from 'node:assert/strict'
import { mock, test } from 'node:test'

/** A page with one live part, as far as the part asks for it. */
class Page extends EventTarget {
  busy = null
  hidden = false
  body = { classList: new Set() }
  documentElement = { classList: { contains: () => false } }
  defaultView = new EventTarget()
  querySelector = () => this.busy
}
class Part extends EventTarget {
  dataset = {}
  isConnected = true
  toggleAttribute() {}
}
const page = new Page()
const kinds = {}
let opened = 0
Object.assign(globalThis, {
  document: page, HTMLElement: Part, location: { href: 'http://clinic/', reload: () => { opened += 1 } },
  customElements: { define: (name, kind) => { kinds[name] = kind } }, addEventListener: (kind, work) => page.defaultView.addEventListener(kind, work),
  fetch: async () => ({ ok: true, status: 200, redirected: false, headers: new Headers({ 'x-scene': 'away' }), text: async () => '' }),
})
await import('../../web/static/js/elements/live-part.js')

const part = Object.assign(new kinds['live-part'](), { dataset: { scene: 'waiting', stay: 'in_session' } })
/** Until `answers` no request is answered: how many there were, and how often the part said that it is not sure. */
function nothingAnswers() {
  const { fetch } = globalThis
  const unsure = () => { heard.unsure += 1 }
  const heard = { asked: 0, unsure: 0, answers: () => {
    globalThis.fetch = fetch
    part.removeEventListener('part-unsure', unsure)
  } }
  globalThis.fetch = (_, { signal }) => new Promise((_done, fail) => {
    heard.asked += 1
    signal.addEventListener('abort', () => fail(signal.reason))
  })
  part.addEventListener('part-unsure', unsure)
  part.connectedCallback()
  return heard
}
/** A form is sent from the page. */
function send(form = {}) {
  const event = Object.assign(new Event('submit', { cancelable: true }), { submitter: null })
  Object.defineProperty(event, 'target', { value: { method: 'post', target: '', ...form } })
  page.dispatchEvent(event)
  return event
}
/** Whether the page opens anew when the part hears that something else is true now. */
async function opensAnew() {
  const before = opened
  await part.refresh()
  return opened > before
}

test('a page that hears of the change its own form made waits for the answer to that form', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  assert.equal(await opensAnew(), true)
  send()
  assert.equal(await opensAnew(), false)
  mock.timers.tick(400)
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
  page.defaultView.dispatchEvent(new Event('pageshow'))
  assert.equal(await opensAnew(), true, 'it came back to this page')
})

test('what does not leave the page holds nothing up, and what a script sends does until it is answered', async () => {
  for (const form of [{ method: 'dialog' }, { target: '_blank' }]) {
    send(form)
    assert.equal(await opensAnew(), true)
  }
  send().preventDefault()
  assert.equal(await opensAnew(), true)
  page.busy = {}
  assert.equal(await opensAnew(), false)
  page.busy = null
  assert.equal(await opensAnew(), true)
})

test('a form without an answer holds the page up for ten seconds at most', async (t) => {
  send()
  assert.equal(await opensAnew(), false)
  const later = performance.now() + 10_001
  t.mock.method(performance, 'now', () => later)
  assert.equal(await opensAnew(), true)
})

test('what a network was asked that is gone is not waited for', async () => {
  const heard = nothingAnswers()
  const first = part.refresh()
  page.defaultView.dispatchEvent(new Event('path-lost'))
  await first
  mock.timers.tick(0)
  assert.deepEqual([heard.asked, heard.unsure], [2, 0], 'asked again at once, and nothing is said yet')
  heard.answers()
  page.defaultView.dispatchEvent(new Event('online'))
  part.disconnectedCallback()
})

test('once the page heard nothing for a while it says so at once, and lets go of dead connections sooner and sooner not', async () => {
  const heard = nothingAnswers()
  const turns = async () => { for (let turn = 0; turn < 9; turn += 1) await Promise.resolve() }
  page.defaultView.dispatchEvent(new Event('path-lost'))
  mock.timers.tick(300)
  assert.deepEqual([heard.asked, heard.unsure], [1, 1])
  for (const givesUp of [1200, 3000]) {
    mock.timers.tick(givesUp)
    await turns()
    mock.timers.tick(1250)
    await turns()
  }
  assert.equal(heard.asked, 3)
  mock.timers.tick(5900)
  await turns()
  assert.equal(heard.asked, 3, 'a slow network must come to answer at all')
  heard.answers()
  page.defaultView.dispatchEvent(new Event('online'))
  await turns()
  part.disconnectedCallback()
})
