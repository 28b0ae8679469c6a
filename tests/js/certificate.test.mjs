import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'

import { openCertificate } from '../../web/static/js/call/certificate.js'
import { openMemory } from '../../web/static/js/call/memory.js'
import { Clock, settled } from './connections.mjs'

const DAY = 24 * 3600 * 1000

/** What IndexedDB keeps, seen by every page that opens it. */
class Kept {
  all = new Map()
  read = async (key) => this.all.get(key)
  put = async (key, value, keep) => {
    if (!(this.all.has(key) && keep(this.all.get(key)))) this.all.set(key, value)
    return this.all.get(key)
  }
  drop = async (of) => { for (const [key, value] of [...this.all]) if (of(key, value)) this.all.delete(key) }
}

/** A browser that keeps nothing, and one that never answers. */
const closed = { read: () => Promise.reject(new Error('closed')), drop: () => Promise.reject(new Error('closed')) }
const silent = { read: () => new Promise(() => {}), drop: () => new Promise(() => {}) }

let clock, kept, made
beforeEach(() => {
  clock = new Clock()
  kept = new Kept()
  made = 0
})

function open(visit = 'v', shelf = kept) {
  const RTCPeerConnection = { generateCertificate: async ({ name, namedCurve }) => ({ of: `${name} ${namedCurve}`, number: (made += 1) }) }
  const world = { RTCPeerConnection, now: () => clock.now, later: clock.later }
  const memory = openMemory(visit, shelf, world)
  return { ...openCertificate(memory, world), memory }
}

async function certificate(...given) {
  const one = open(...given)
  await one.ready
  return one.get()
}

describe('one certificate per person and visit', () => {
  test('a page finds the one that an earlier page of the visit made', async () => {
    assert.deepEqual(await certificate(), { of: 'ECDSA P-256', number: 1 })
    assert.equal((await certificate()).number, 1)
    assert.equal((await certificate('another visit')).number, 2)
  })

  test('two tabs that open together end with the same one', async () => {
    const [one, two] = await Promise.all([certificate(), certificate()])
    assert.equal(one, two)
  })

  test('forgotten at the end of the visit', async () => {
    const one = open()
    await one.ready
    await one.memory.forget()
    assert.equal(kept.all.size, 0)
    assert.notEqual(await certificate(), one.get())
  })

  test('what closed tabs left behind goes after a day, but not while the page opens', async () => {
    await certificate('old')
    clock.now += DAY
    await certificate('new')
    assert.equal(kept.all.size, 2)
    await clock.pass(10_000)
    assert.deepEqual([...kept.all.keys()], ['visit.new.certificate'])
  })
})

describe('a browser that keeps nothing', () => {
  test('still gets one for this page', async () => {
    assert.equal((await certificate('v', closed)).number, 1)
  })

  test('is not waited for', async () => {
    const one = open('v', silent)
    await clock.pass(1500)
    await one.ready
    assert.equal(one.get().number, 1)
    const forgotten = one.memory.forget()
    await clock.pass(500)
    await forgotten
  })
})
