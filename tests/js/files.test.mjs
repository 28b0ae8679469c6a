import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { CHUNK, LARGEST, decode, pack, unpack } from '../../web/static/js/call/files/messages.js'
import { cleanName, cleanType, ending, mayRun, sizeOf } from '../../web/static/js/call/files/names.js'
import { pace } from '../../web/static/js/call/files/pace.js'
import { start, step } from '../../web/static/js/call/files/transfers.js'

/** One page: its state, what it says, what it was told to do. */
class Page {
  state = start()
  said = []
  did = []
  now = 0
  tell(event) {
    const { state, effects } = step(this.state, { now: this.now, ...event })
    this.state = state
    for (const effect of effects) (effect.do === 'send' ? this.said : this.did).push(effect.do === 'send' ? effect.message : effect)
    return this
  }
  hear(message) {
    const said = decode(JSON.stringify(message))
    return said ? this.tell({ ...said, type: `heard ${said.t}`, kind: said.type }) : this
  }
  chunk(at, length = CHUNK, n = 0) { return this.tell({ type: 'chunk', n, at, bytes: new Uint8Array(length) }) }
  get stages() { return this.state.list.map((one) => one.stage) }
  get kept() { return this.did.filter((one) => one.do === 'keep').reduce((sum, { bytes }) => sum + bytes.length, 0) }
}

const OFFER = { t: 'offer', n: 0, name: 'plan.pdf', size: 2 * CHUNK + 10, type: 'application/pdf' }
const PICK = { type: 'pick', name: OFFER.name, size: OFFER.size, kind: OFFER.type }
const HASH = 'a'.repeat(64)
const taking = () => new Page().hear(OFFER).tell({ type: 'accept', id: 0 })

/** Carries what both say, to the end. */
function carry(one, two) {
  while (one.said.length + two.said.length) {
    for (const message of one.said.splice(0)) two.hear(message)
    for (const message of two.said.splice(0)) one.hear(message)
  }
}

describe('a file', () => {
  test('goes when both said so, and both know that it arrived whole', () => {
    const [one, two] = [new Page(), new Page()]
    one.tell({ type: 'pick', name: 'plan.pdf', size: CHUNK + 1, kind: 'application/pdf' })
    carry(one, two)
    assert.deepEqual(two.state.list, [])
    one.tell({ type: 'offer', id: 0 })
    carry(one, two)
    assert.deepEqual([one.stages, two.stages], [['offered'], ['offered']])
    assert.deepEqual(one.did, [])
    two.tell({ type: 'accept', id: 0 })
    carry(one, two)
    assert.deepEqual(one.did, [{ do: 'pump', id: 0 }])
    two.chunk(0).chunk(1, 1)
    one.tell({ type: 'ended', id: 0, hash: HASH })
    carry(one, two)
    assert.equal(two.kept, CHUNK + 1)
    assert.deepEqual(two.did.at(-1), { do: 'check', id: 0, hash: HASH })
    two.tell({ type: 'checked', id: 0, same: true })
    carry(one, two)
    assert.deepEqual([one.stages, two.stages], [['done'], ['done']])
  })

  test('that does not match its hash is thrown away and said to both', () => {
    const one = new Page().tell({ type: 'pick', name: 'a', size: 1, kind: '' }).tell({ type: 'offer', id: 0 })
    const two = new Page()
    carry(one, two)
    two.tell({ type: 'accept', id: 0 })
    carry(one, two)
    two.chunk(0, 1)
    one.tell({ type: 'ended', id: 0, hash: HASH })
    carry(one, two)
    two.tell({ type: 'checked', id: 0, same: false })
    carry(one, two)
    assert.deepEqual([one.stages, two.stages], [['bad'], ['bad']])
    assert.deepEqual(two.did.at(-1), { do: 'drop', id: 0 })
  })

  for (const [who, stages] of [['one', [['stopped'], ['stopped']]], ['two', [['refused'], ['refused']]]]) {
    test(`can be stopped half-way by the ${who === 'one' ? 'sender' : 'receiver'}, and nothing of it stays`, () => {
      const pages = { one: new Page(), two: taking() }
      pages.one.tell(PICK).tell({ type: 'offer', id: 0 }).hear({ t: 'accept', n: 0 })
      for (const page of Object.values(pages)) page.said = []
      pages.two.chunk(0)
      pages[who].tell({ type: 'stop', id: 0 })
      carry(pages.one, pages.two)
      assert.deepEqual([pages.one.stages, pages.two.stages], stages)
      assert.ok(pages.two.did.some((effect) => effect.do === 'drop'))
      assert.equal(pages.two.chunk(1).kept, CHUNK)
    })
  }

  test('whose connection broke is offered again, to a page that may be new', () => {
    const one = new Page().tell(PICK).tell({ type: 'offer', id: 0 }).hear({ t: 'accept', n: 0 })
    one.tell({ type: 'lost' })
    assert.deepEqual(one.stages, ['lost'])
    assert.deepEqual(taking().chunk(0).tell({ type: 'lost' }).stages, ['lost'])
    const two = taking().chunk(0).tell({ type: 'lost' })
    one.said = two.said = []
    one.tell({ type: 'offer', id: 0 })
    carry(one, two)
    assert.deepEqual([one.stages, two.stages], [['offered'], ['lost', 'offered']])
  })

  test('larger than the limit is not picked, and an empty one is whole at once', () => {
    assert.deepEqual(new Page().tell({ type: 'pick', name: 'a', size: LARGEST + 1, kind: '' }).stages, [])
    const two = new Page().hear({ ...OFFER, size: 0 }).tell({ type: 'accept', id: 0 }).hear({ t: 'end', n: 0, hash: HASH })
    assert.equal(two.did.at(-1).do, 'check')
  })
})

describe('a page that keeps to nothing', () => {
  const cases = {
    'sends more than it said': (page) => page.chunk(0).chunk(1).chunk(2, 10).chunk(3),
    'sends a last part that is too long': (page) => page.chunk(0).chunk(1).chunk(2, 11),
    'sends out of order': (page) => page.chunk(1),
    'sends the same part twice': (page) => page.chunk(0).chunk(0),
    'sends short parts for ever': (page) => page.chunk(0, 1),
    'ends too early': (page) => page.chunk(0).hear({ t: 'end', n: 0, hash: HASH }),
  }
  for (const [what, act] of Object.entries(cases)) {
    test(`${what}: thrown away, told, and no byte more is kept`, () => {
      const page = act(taking())
      assert.deepEqual(page.stages, ['bad'])
      assert.ok(page.did.some((one) => one.do === 'drop'))
      assert.deepEqual(page.said.at(-1), { t: 'bad', n: 0 })
      const before = page.kept
      assert.ok(before <= OFFER.size)
      assert.equal(page.chunk(0).chunk(1).kept, before)
    })
  }

  test('sends before it may: nothing is kept', () => {
    const page = new Page().hear(OFFER).chunk(0).hear({ t: 'end', n: 0, hash: HASH })
    assert.equal(page.kept, 0)
    assert.deepEqual(page.stages, ['offered'])
  })

  test('never ends: after a minute of silence it is given up', () => {
    const page = taking().chunk(0)
    page.now = 60_000
    assert.deepEqual(page.tell({ type: 'tick' }).stages, ['flowing'])
    page.now = 60_001
    assert.deepEqual(page.tell({ type: 'tick' }).stages, ['lost'])
    assert.equal(page.did.at(-1).do, 'drop')
  })

  test('offers without end: three are asked about, the rest refused, and the list stays short', () => {
    const page = new Page()
    for (let n = 0; n < 500; n += 1) page.hear({ ...OFFER, n })
    assert.equal(page.stages.length, 3)
    assert.equal(page.said.filter((one) => one.t === 'refuse').length, 497)
    for (let n = 500; n < 1000; n += 1) page.hear({ ...OFFER, n }).hear({ t: 'stop', n: n - 500 }).hear({ t: 'stop', n })
    assert.ok(page.state.list.length <= 30)
  })

  test('uses a number again: it counts once', () => {
    assert.equal(new Page().hear(OFFER).hear(OFFER).hear({ ...OFFER, name: 'other' }).stages.length, 1)
  })

  test('speaks of files that are not there, or answers for its own: nothing happens', () => {
    const page = taking()
    for (const t of ['accept', 'refuse', 'done', 'bad']) for (const n of [0, 7]) page.hear({ t, n })
    assert.deepEqual(page.stages, ['flowing'])
    const sender = new Page().tell(PICK).tell({ type: 'offer', id: 0 })
    assert.deepEqual(sender.hear({ t: 'done', n: 0 }).stages, ['offered'])
    assert.deepEqual(sender.tell({ type: 'accept', id: 0 }).said.length, 1)
  })

  test('says what is no message: it is none', () => {
    const bad = ['', '{', '1', 'null', '[]', '{"t":"offer"}', '{"t":"toString","n":1}', '{"t":"end","n":1,"hash":"A"}', `"${'x'.repeat(9000)}"`]
    for (const n of [-1, 1.5, 2 ** 32, '1', null]) bad.push(JSON.stringify({ ...OFFER, n }))
    for (const size of [-1, 0.5, LARGEST + 1, Infinity, '5']) bad.push(JSON.stringify({ ...OFFER, size }))
    bad.push(JSON.stringify({ ...OFFER, name: 5 }), JSON.stringify({ ...OFFER, name: 'x'.repeat(5000) }))
    for (const text of bad) assert.equal(decode(text), null, text.slice(0, 60))
    for (const length of [0, 8, 9 + CHUNK]) assert.equal(unpack(new ArrayBuffer(length)), null)
  })
})

describe('a frame', () => {
  test('says which file and which part of it', () => {
    const { n, at, bytes } = unpack(pack(7, 3, new Uint8Array([1, 2, 3])).buffer)
    assert.deepEqual([n, at, [...bytes]], [7, 3, [1, 2, 3]])
  })
})

describe('a name', () => {
  const cases = {
    '../../etc/passwd': 'passwd', 'C:\\Users\\jo\\plan.pdf': 'plan.pdf', 'a\u0000b\n.txt': 'ab.txt', '.bashrc': 'bashrc', 'x. . ': 'x',
    'invoice\u202Efdp.exe': 'invoicefdp.exe', 'plan\u200B.pdf': 'plan.pdf', 'a<b>:"c|?*.txt': 'a_b___c___.txt', 'CON.txt': '_CON.txt', '': 'file',
    '/': 'file', '\u202E': 'file', 'تقرير.pdf': 'تقرير.pdf', '\u2066a\u2069.pdf': 'a.pdf', '\ud800.pdf': 'pdf',
  }
  for (const [raw, clean] of Object.entries(cases)) {
    test(`${JSON.stringify(raw)} is ${clean}`, () => assert.equal(cleanName(raw), clean))
  }

  test('that is long keeps its beginning and its ending', () => {
    const name = cleanName(`${'long '.repeat(60)}report.pdf.exe`)
    assert.equal([...name].length, 120)
    assert.ok(name.endsWith('report.pdf.exe'))
    assert.equal(cleanName(`${'x'.repeat(1e6)}.pdf`).length <= 121, true)
  })

  test('with two endings shows the one that counts', () => {
    assert.equal(ending('holiday.jpg.exe'), 'exe')
    assert.equal(mayRun('holiday.jpg.EXE'), true)
    for (const name of ['a.html', 'a.svg', 'a.ps1', 'a.lnk']) assert.equal(mayRun(name), true)
    for (const name of ['a.pdf', 'a.jpg', 'exe', 'a.docx']) assert.equal(mayRun(name), false)
  })

  test('and a kind are shown only as far as they are such', () => {
    assert.equal(cleanType('Text/HTML'), 'text/html')
    for (const raw of ['<b>', 'a/b; c', 'x'.repeat(200), null, 5, 'a']) assert.equal(cleanType(raw), '')
    assert.deepEqual([sizeOf(1, 'en'), sizeOf(16384, 'en'), sizeOf(1234567, 'en'), sizeOf(50e6, 'en')], ['1 byte', '16 kB', '1.2 MB', '50 MB'])
  })
})

describe('the pace', () => {
  test('grows while the call is well, and gives way to the sound at once', () => {
    const well = { video: 'full', sound: 'good' }
    let rate = 0
    for (let second = 0; second < 10; second += 1) rate = pace(rate, well)
    assert.equal(rate, 4_000_000)
    assert.equal(pace(rate, { video: 'reduced', sound: 'good' }), 16_000)
    for (const bad of [{ video: 'paused', sound: 'good' }, { video: 'full', sound: 'weak' }]) assert.equal(pace(rate, bad), 0)
    assert.equal(pace(0, well), 64_000)
  })
})
