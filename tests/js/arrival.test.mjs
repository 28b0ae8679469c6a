import assert from 'node:assert/strict'
import { test } from 'node:test'

import { claim, fresh, notice } from '../../web/static/js/lib/arrival.js'

/** A browser that shows the notices of a worker, of a page, of both or of none. */
function browser({ worker = false, pages = true, permission = 'granted' }) {
  const shown = []
  class Notification {
    static permission = permission
    constructor(words, { tag }) {
      if (!pages) throw new TypeError('Illegal constructor')
      shown.push(['page', words, tag])
    }
  }
  const registration = { active: {}, showNotification: async (words, { tag }) => { shown.push(['worker', words, tag]) } }
  const serviceWorker = { getRegistration: async () => (worker ? registration : undefined) }
  Object.defineProperty(globalThis, 'navigator', { value: { serviceWorker }, configurable: true })
  Object.assign(globalThis, { Notification })
  return shown
}

test('who came is told once, and the oldest are forgotten', () => {
  assert.deepEqual(fresh([], ['a', 'b']), { arrived: ['a', 'b'], told: ['a', 'b'] })
  assert.deepEqual(fresh(['a', 'b'], ['b', 'c']), { arrived: ['c'], told: ['a', 'b', 'c'] })
  assert.equal(fresh(Array.from({ length: 200 }, (_, at) => `${at}`), ['new']).told.length, 200)
})

test('of several pages of a browser one tells', async () => {
  const kept = new Map()
  const localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) }
  let last = Promise.resolve()
  const locks = { request: (_, work) => (last = last.then(work)) }
  Object.assign(globalThis, { localStorage, document: { hidden: false } })
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true })
  assert.deepEqual(await Promise.all([claim(['a']), claim(['a'])]), [['a'], []])
  assert.deepEqual(await claim(['a', 'b']), ['b'])
})

test('a notice is of the worker where there is one, for each who came, and nothing breaks where none is shown', async () => {
  const both = browser({ worker: true })
  await notice('Somebody came', 'x')
  await notice('Somebody came', 'y')
  assert.deepEqual(both, [['worker', 'Somebody came', 'came-x'], ['worker', 'Somebody came', 'came-y']])
  const page = browser({})
  await notice('Somebody came', 'x')
  assert.deepEqual(page, [['page', 'Somebody came', 'came-x']])
  for (const silent of [{ pages: false }, { permission: 'default' }]) {
    const none = browser(silent)
    await notice('Somebody came', 'x')
    assert.deepEqual(none, [])
  }
})
