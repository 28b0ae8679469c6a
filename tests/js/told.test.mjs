import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import vm from 'node:vm'

import { fieldsOf, toldOf } from '../../web/static/js/lib/subscription.js'

const SOURCE = readFileSync(new URL('../../web/static/js/worker/sw.js', import.meta.url), 'utf8')
const PAGE = 'https://clinic.example/visit/abc'

/** The worker as a browser would run it, with these windows open. */
function worker(urls = []) {
  const heard = {}
  const seen = { shown: [], focused: [], opened: [], closed: 0 }
  const self = {
    addEventListener: (type, listener) => { heard[type] = listener },
    skipWaiting: () => {},
    registration: { scope: PAGE, showNotification: async (...what) => { seen.shown.push(what) } },
    clients: {
      matchAll: async () => urls.map((url) => ({ url, focus: () => seen.focused.push(url) })),
      openWindow: async (url) => { seen.opened.push(url) },
    },
  }
  vm.runInNewContext(`${SOURCE}\nwords = { title: 'Something is new', body: 'Open the page.' }`, { self })
  const fire = async (type, more = {}) => {
    let until
    heard[type]({ waitUntil: (promise) => { until = promise }, ...more })
    await until
  }
  return { fire, seen }
}

const press = (seen) => ({ notification: { close: () => { seen.closed += 1 } } })

test('whatever a message carries, the worker shows its own two sentences', async () => {
  const { fire, seen } = worker()
  await fire('push', { data: { text: () => 'Your therapist waits', json: () => ({ title: 'Dr Lind' }) } })
  assert.equal(seen.shown.length, 1)
  const [title, { body }] = seen.shown[0]
  assert.deepEqual([title, body], ['Something is new', 'Open the page.'])
})

test('a press opens the page of the visit, or comes back to it where it is open', async () => {
  const closed = worker(['https://clinic.example/visit/abcdef', 'https://clinic.example/help'])
  await closed.fire('notificationclick', press(closed.seen))
  assert.deepEqual([closed.seen.opened, closed.seen.focused, closed.seen.closed], [[PAGE], [], 1])
  for (const there of [PAGE, `${PAGE}/check`, `${PAGE}?lang=ar`]) {
    const open = worker(['https://clinic.example/help', there])
    await open.fire('notificationclick', press(open.seen))
    assert.deepEqual([open.seen.opened, open.seen.focused], [[], [there]])
  }
})

test('nothing is offered where a browser cannot, and nothing is claimed that is not so', () => {
  const known = { can: true, permission: 'default', kept: false, asked: false }
  assert.equal(toldOf({ ...known, can: false }), '')
  assert.equal(toldOf(known), 'offer')
  assert.equal(toldOf({ ...known, permission: 'granted' }), 'offer')
  assert.equal(toldOf({ ...known, permission: 'granted', kept: true }), 'told')
  assert.equal(toldOf({ ...known, permission: 'denied', kept: true }), 'offer')
  assert.equal(toldOf({ ...known, permission: 'denied', kept: true, asked: true }), 'closed')
})

test('what is sent is the address and the two keys', () => {
  const subscription = { toJSON: () => ({ endpoint: 'https://push.example/1', expirationTime: null, keys: { p256dh: 'p', auth: 'a' } }) }
  assert.deepEqual(fieldsOf(subscription), { endpoint: 'https://push.example/1', p256dh: 'p', auth: 'a' })
})
