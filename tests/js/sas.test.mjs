import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { describe, test } from 'node:test'

import { openSas } from '../../web/static/js/call/sas.js'
import { WORDS } from '../../web/static/js/call/wordlist.js'

const RUNS = 100
const certificate = () => Buffer.from(webcrypto.getRandomValues(new Uint8Array(32))).toString('hex')

/** One page: what it sends waits in `out`, what it finds in `found`. */
class Page {
  out = []
  found = []
  constructor(own = certificate()) {
    this.own = own
    this.sas = openSas({ crypto: webcrypto, send: (move) => this.out.push(move), emit: (outcome) => this.found.push(outcome) })
  }
  meet(theirs) { return this.sas.meet({ own: this.own, theirs }) }
  get last() { return this.found.at(-1) }
}

/** Carries moves both ways until nobody says anything more; `change` may rewrite each, or swallow it. */
async function carry(one, two, change = (move) => move) {
  for (;;) {
    const [there, back] = [one.out.splice(0), two.out.splice(0)]
    if (!there.length && !back.length) return
    for (const move of there.map((move) => change(move, 'there')).filter(Boolean)) await two.sas.receive(move)
    for (const move of back.map((move) => change(move, 'back')).filter(Boolean)) await one.sas.receive(move)
  }
}

async function connected() {
  const [one, two] = [new Page(), new Page()]
  await Promise.all([one.meet(two.own), two.meet(one.own)])
  await carry(one, two)
  return [one, two]
}

describe('the words', () => {
  test('are 256, each once, no two with the same first three letters', () => {
    assert.equal(WORDS.length, 256)
    assert.equal(new Set(WORDS.map((word) => word.slice(0, 3))).size, 256)
  })

  test('are the same on both sides, and others in the next call', async () => {
    const seen = new Set()
    for (let run = 0; run < RUNS; run += 1) {
      const [one, two] = await connected()
      assert.deepEqual(one.last.words, two.last.words)
      assert.equal(one.last.digits, two.last.digits)
      assert.match(one.last.digits, /^\d{3} \d{3} \d{3}$/)
      assert.equal(one.last.words.length, 4)
      seen.add(one.last.words.join(' ')).add(one.last.digits)
    }
    assert.equal(seen.size, 2 * RUNS)
  })

  test('no nonce leaves before the other side has committed', async () => {
    const one = new Page()
    await one.meet(certificate())
    assert.deepEqual(one.out.map((move) => move.step), ['commit'])
    await one.sas.receive({ step: 'reveal', round: one.out[0].round, value: `${'0'.repeat(64)} ${'0'.repeat(64)}` })
    assert.deepEqual([one.out.length, one.found], [1, []])
  })
})

describe('a page that was opened again, or a move that was lost', () => {
  test('a reload of either side ends with the same words on both', async () => {
    const [one, two] = await connected()
    const again = new Page(two.own)
    await again.meet(one.own)
    await carry(one, again)
    assert.deepEqual(one.last.words, again.last.words)
    assert.notDeepEqual(one.last.words, two.last.words)
  })

  test('what comes before the connection stands is kept for it', async () => {
    const [one, two] = [new Page(), new Page()]
    await one.meet(two.own)
    await carry(one, two)
    await two.meet(one.own)
    await carry(one, two)
    assert.deepEqual(one.last.words, two.last.words)
  })

  test('a lost move is made up for, and a page that never answers is left alone', async () => {
    const [one, two] = [new Page(), new Page()]
    await Promise.all([one.meet(two.own), two.meet(one.own)])
    await carry(one, two, (move, way) => (way === 'there' ? null : move))
    assert.equal(one.found.length + two.found.length, 0)
    await one.sas.nudge()
    await carry(one, two)
    assert.deepEqual(one.last.words, two.last.words)

    const old = new Page()
    await old.meet(certificate())
    for (let time = 0; time < 99; time += 1) await old.sas.nudge()
    assert.deepEqual([old.out.length, old.found], [6, []])
  })

  test('another certificate means other words', async () => {
    const [one, two] = await connected()
    const phone = new Page()
    await one.sas.pause()
    await phone.meet(one.own)
    await carry(one, phone)
    assert.equal(one.found.length, 1)
    await one.meet(phone.own)
    await carry(one, phone)
    assert.deepEqual(one.last.words, phone.last.words)
    assert.notDeepEqual(one.last.words, two.last.words)
    assert.equal(one.last.pair.theirs, phone.own)
  })
})

describe('somebody in the middle, who ends both connections with certificates of their own', () => {
  /** Two people, each connected to the middle. */
  async function middle() {
    const [one, two, toOne, toTwo] = [new Page(), new Page(), new Page(), new Page()]
    await Promise.all([one.meet(toOne.own), two.meet(toTwo.own)])
    return { one, two, toOne, toTwo }
  }

  test('keeps every rule towards both: the words differ, 100 of 100', async () => {
    let differ = 0
    for (let run = 0; run < RUNS; run += 1) {
      const { one, two, toOne, toTwo } = await middle()
      await Promise.all([toOne.meet(one.own), toTwo.meet(two.own)])
      await carry(one, toOne)
      await carry(two, toTwo)
      assert.ok(one.last && two.last)
      if (one.last.words.join() !== two.last.words.join() && one.last.digits !== two.last.digits) differ += 1
    }
    assert.equal(differ, RUNS)
  })

  /** What both see of a middle that carries their moves, each rewritten or swallowed: alarms of 2 * RUNS. */
  async function alarms(changing) {
    let alarmed = 0
    for (let run = 0; run < RUNS; run += 1) {
      const { one, two, toOne, toTwo } = await middle()
      await carry(one, two, changing({ one, two, toOne, toTwo }))
      for (const side of [one, two]) if (side.found.includes(null) && !side.found.some(Boolean)) alarmed += 1
    }
    return alarmed
  }

  test('carries commits and reveals as they are: both pages alarm, 100 of 100', async () => {
    assert.equal(await alarms(() => (move) => move), 2 * RUNS)
  })

  test('puts its own certificate into the reveals: both pages alarm, 100 of 100', async () => {
    assert.equal(await alarms(({ toOne, toTwo }) => (move, way) => (
      move.step === 'reveal' ? { ...move, value: `${(way === 'there' ? toTwo : toOne).own} ${move.value.split(' ')[1]}` } : move)), 2 * RUNS)
  })

  test('commits once more after it saw the nonce: both pages alarm, 100 of 100', async () => {
    assert.equal(await alarms(() => (move) => (
      move.step === 'reveal' ? { ...move, step: 'commit', value: certificate() } : move)), 2 * RUNS)
  })

  test('sends to each page what that page said: both alarm, 100 of 100', async () => {
    let alarmed = 0
    for (let run = 0; run < RUNS; run += 1) {
      const one = new Page()
      await one.meet(certificate())
      for (const move of one.out.splice(0)) await one.sas.receive(move)
      if (one.found.length === 1 && one.last === null) alarmed += 1
    }
    assert.equal(alarmed, RUNS)
  })

  test('begins round after round to try its luck: an alarm after forty', async () => {
    const one = new Page()
    await one.meet(certificate())
    const [{ round }] = one.out
    for (let more = 1; more < 60; more += 1) await one.sas.receive({ step: 'commit', round: round + more, value: certificate() })
    assert.ok(one.out.filter((move) => move.step === 'commit').length <= 40)
    assert.equal(one.last, null)
  })
})
