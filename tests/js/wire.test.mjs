import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { describe, test } from 'node:test'

import { openFiles } from '../../web/static/js/call/files/files.js'
import { openStraight, read } from '../../web/static/js/call/straight.js'
import { CHANNELS, openWire } from '../../web/static/js/call/wire.js'

/** A connection whose channels lead to those of another of the same number. */
class Connection {
  channels = []
  createDataChannel(label, { negotiated, id }) {
    assert.ok(negotiated)
    const channel = Object.assign(new EventTarget(), {
      label, id, readyState: 'connecting', bufferedAmount: 0, most: 0,
      send: (data) => {
        if (channel.readyState !== 'open') throw new Error('not open')
        const size = data.length ?? data.byteLength
        channel.bufferedAmount += size
        channel.most = Math.max(channel.most, channel.bufferedAmount)
        const there = this.other?.channels.find((one) => one.id === id)
        setImmediate(() => {
          channel.bufferedAmount -= size
          channel.dispatchEvent(new Event('bufferedamountlow'))
          const arrived = typeof data === 'string' ? data : data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
          if (there?.readyState === 'open') there.onmessage?.({ data: arrived })
        })
      },
    })
    this.channels.push(channel)
    return channel
  }
  open() { for (const one of this.channels) { one.readyState = 'open'; one.onopen?.({}) } }
  close() { for (const one of this.channels) { one.readyState = 'closed'; one.onclose?.({}) } }
}

/** One page: a wire, files on it, and what is drawn of them. */
class Page {
  drawn = []
  heard = []
  constructor() {
    this.wire = openWire(() => this.pc)
    this.tell = openStraight(this.wire, (media) => this.heard.push(media))
    this.files = openFiles({
      wire: this.wire, quality: () => ({ video: 'full', sound: 'good' }), draw: (list) => { this.drawn = list }, asked: () => {},
      world: { subtle: webcrypto.subtle, now: () => 0, later: (work, ms) => ms >= 1000 ? undefined : setImmediate(work) },
    })
  }
  connect() {
    this.pc = new Connection()
    this.over = new Promise((_, end) => { this.end = end })
    this.wire.attach(this.pc, this.over)
    return this.pc
  }
  get stages() { return this.drawn.map((one) => one.stage) }
}

function together(one, two) {
  const [here, there] = [one.connect(), two.connect()]
  here.other = there
  there.other = here
  here.open()
  there.open()
}

async function until(done) {
  for (let turn = 0; turn < 20_000 && !done(); turn += 1) await new Promise((next) => setImmediate(next))
  assert.ok(done())
}

const BYTES = webcrypto.getRandomValues(new Uint8Array(60_000))
const file = new File([BYTES, BYTES, BYTES, BYTES], 'plan.pdf', { type: 'application/pdf' })

describe('two pages', () => {
  test('have a channel for each concern under its number, and hear when a connection is over', async () => {
    const page = new Page()
    page.connect()
    assert.deepEqual(page.pc.channels.map(({ label, id }) => [label, id]), Object.entries(CHANNELS))
    assert.equal(page.wire.now('file'), undefined)
    page.pc.open()
    assert.equal(page.wire.now('file'), page.pc.channels[0])
    page.end(new Error('replaced'))
    await until(() => !page.files.reaches())
    assert.equal(page.wire.now('file'), undefined)
  })

  test('carry a file whole, and never keep more than a quarter of a megabyte and a part waiting', async () => {
    const [one, two] = [new Page(), new Page()]
    together(one, two)
    assert.ok(one.files.pick(file))
    one.files.press('offer', 0)
    await until(() => two.stages[0] === 'offered')
    two.files.press('accept', 0)
    await until(() => one.stages[0] === 'done' && two.stages[0] === 'done')
    assert.ok(one.pc.channels[0].most <= 256 * 1024 + 16 * 1024 + 8)
    assert.match(two.files.link(0), /^blob:/)
  })

  test('whose connection breaks half-way say so, and the file goes again over the next one', async () => {
    const [one, two] = [new Page(), new Page()]
    together(one, two)
    one.files.pick(file)
    one.files.press('offer', 0)
    await until(() => two.stages[0] === 'offered')
    two.files.press('accept', 0)
    await until(() => two.drawn[0].moved > 0)
    for (const page of [one, two]) page.pc.close()
    assert.deepEqual([one.stages, two.stages], [['lost'], ['lost']])
    together(one, two)
    one.files.press('again', 0)
    await until(() => two.stages[1] === 'offered')
    two.files.press('accept', 1)
    await until(() => one.stages[0] === 'done' && two.stages[1] === 'done')
  })

  test('tell each other what is on: at once where they are connected, and with the next connection where they are not', async () => {
    const [one, two] = [new Page(), new Page()]
    one.tell({ mic: true, camera: true, screen: false })
    together(one, two)
    await until(() => two.heard.length === 1)
    one.tell({ mic: false, camera: true, screen: false, video: 'reduced' })
    await until(() => two.heard.length === 2)
    assert.deepEqual(two.heard, [{ mic: true, camera: true, screen: false, video: 'full' }, { mic: false, camera: true, screen: false, video: 'reduced' }])
    for (const page of [one, two]) page.pc.close()
    one.tell({ mic: true, camera: false, screen: false })
    together(one, two)
    await until(() => two.heard.length === 3)
    assert.equal(two.heard[2].camera, false)
    assert.deepEqual(one.heard, [], 'who has said nothing is not made up')
  })
})

test('nothing but the four words of it counts as what is on', () => {
  const whole = { mic: true, camera: false, screen: false }
  assert.deepEqual(read(JSON.stringify({ ...whole, more: 1 })), { ...whole, video: 'full' })
  for (const wrong of ['', '{', 'null', '[]', new ArrayBuffer(2), JSON.stringify({ ...whole, mic: 'yes' }), JSON.stringify({ ...whole, video: 'huge' }),
    JSON.stringify({ mic: true }), JSON.stringify({ ...whole, more: 'x'.repeat(2000) })]) assert.equal(read(wrong), null)
})
