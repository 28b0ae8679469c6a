import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'

import { openTab } from '../../web/static/js/call/tab.js'
import { settled } from './connections.mjs'

/** One lock of a browser: whoever steals it is told, and so is the one it was taken from. */
class Locks {
  holder = null
  slow = Promise.resolve()
  request(_, { steal, signal, ifAvailable }, work) {
    return new Promise((_, fail) => {
      const take = () => {
        this.holder?.fail(new Error('stolen'))
        this.holder = { fail }
        work({})
      }
      if (steal || !this.holder) return this.slow.then(take)
      if (ifAvailable) return this.slow.then(() => work(null))
      signal.addEventListener('abort', () => fail(signal.reason))
    })
  }
}

/** Waited for long enough in the next turn. */
function patience() {
  const control = new AbortController()
  setImmediate(() => control.abort(new Error('waited')))
  return control.signal
}

let locks, kept, names
beforeEach(() => {
  locks = new Locks()
  kept = {}
  names = 0
})

function open(given = [locks]) {
  const memory = { read: async (name) => kept[name], agree: async (name, value) => (kept[name] ??= value), put: async (name, value) => { kept[name] = value } }
  const window = { stolen: 0 }
  return Object.assign(window, openTab('v', memory, { locks: given[0], name: () => `p${names += 1}`, stolen: () => { window.stolen += 1 }, patience }))
}

describe('the windows of one browser', () => {
  test('a page keeps its name over a reload, a second window has one of its own', async () => {
    const first = open()
    assert.equal(await first.alone, true)
    await first.named
    locks.holder = null // the page went
    const again = open()
    assert.equal(await again.alone, true)
    await again.named
    assert.equal(again.name(), first.name())
    const second = open()
    assert.equal(await second.alone, false)
    assert.notEqual(second.name(), first.name())
    assert.deepEqual([again.stolen, second.stolen], [0, 0])
  })

  test('taking over tells the first window, once, and the name stays with who has it', async () => {
    const [first, second] = [open(), open()]
    await Promise.all([first.named, second.named])
    second.take()
    await settled()
    assert.deepEqual([first.stolen, second.stolen, kept.page], [1, 0, second.name()])
    first.take()
    await settled()
    assert.deepEqual([first.stolen, second.stolen, kept.page], [1, 1, first.name()])
  })

  test('who has it already takes nothing from itself', async () => {
    const first = open()
    await first.alone
    first.take()
    await settled()
    assert.equal(first.stolen, 0)
  })

  test('a device that answers late says of the only window that it is alone', async () => {
    let answer
    locks.slow = new Promise((done) => { answer = done })
    const one = open()
    let said = 'nothing yet'
    one.alone.then((alone) => { said = alone })
    for (let turn = 0; turn < 5; turn += 1) await settled()
    assert.equal(said, 'nothing yet')
    answer()
    assert.equal(await one.alone, true)
  })

  test('a browser without locks goes on as if alone', async () => {
    const one = open([])
    assert.equal(await one.alone, true)
    one.take()
    assert.equal(one.stolen, 0)
  })
})
