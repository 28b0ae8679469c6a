import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { begin, judge, pace } from '../../web/static/js/call/watchdog.js'

const EVERY = 250

/** A pair as it is watched: `run` lets time pass with so many packets per look, and gives what was decided when. */
class Watched {
  at = 0
  packets = 0
  state = 'connected'
  spare = null
  side = { polite: false, own: true, can: true }
  watch = begin(0)
  run(ms, perLook) {
    const found = []
    for (const end = this.at + ms; this.at < end;) {
      this.at += EVERY
      this.packets += typeof perLook === 'function' ? perLook(this.at) : perLook
      const sample = { at: this.at, main: { state: this.state, packets: this.packets }, spare: this.spare }
      const { watch, decisions } = judge(this.watch, sample, this.side)
      this.watch = watch
      for (const one of decisions) found.push([one, this.at])
    }
    return found
  }
  names = (...given) => this.run(...given).map(([name]) => name)
}

describe('a call that goes on', () => {
  test('is left alone', () => assert.deepEqual(new Watched().run(60_000, 12), []))

  test('also without any media, where only checks of the path arrive', () => {
    const checks = (at) => (at % 2500 === 0 ? 2 : 0)
    assert.ok(!new Watched().names(60_000, checks).includes('silent'))
  })

  test('a page that slept has not been watching, so nothing is silent yet', () => {
    const watched = new Watched()
    watched.run(5000, 10)
    watched.at += 600_000
    assert.deepEqual(watched.run(1500, 0).filter(([name]) => name !== 'look after the socket'), [])
  })

  test('what the browser counts no more is no arrival, and no silence of its own', () => {
    const watched = new Watched()
    watched.run(5000, 50)
    watched.packets = 0
    assert.deepEqual(watched.run(10_000, 50), [])
  })
})

describe('silence', () => {
  const talking = (side = {}) => {
    const watched = new Watched()
    watched.side = { ...watched.side, ...side }
    watched.run(5000, 10)
    return watched
  }

  test('first the socket is looked after, at two seconds a second connection is begun', () => {
    assert.deepEqual(talking().run(2000, 0), [['look after the socket', 5750], ['silent', 7000], ['open spare', 7000]])
  })

  test('the polite side has more patience', () => {
    assert.deepEqual(talking({ polite: true }).run(2750, 0).at(-1), ['open spare', 7750])
  })

  test('a path that failed is not waited for', () => {
    const watched = talking()
    watched.state = 'failed'
    assert.ok(watched.names(EVERY, 0).includes('open spare'))
  })

  test('nothing is begun that the other side cannot hear of', () => {
    const watched = talking({ can: false })
    assert.ok(!watched.names(60_000, 0).includes('open spare'))
    watched.side.can = true
    assert.deepEqual(watched.names(EVERY, 0), ['open spare'])
  })

  test('who speaks first stays', () => {
    const back = talking()
    back.run(2000, 0)
    back.spare = { state: 'connecting', packets: 0 }
    assert.deepEqual(back.names(EVERY, 3), ['flows', 'keep main'])
    const other = talking()
    other.run(2000, 0)
    other.spare = { state: 'connected', packets: 1 }
    assert.deepEqual(other.names(EVERY, 0), ['keep spare'])
  })

  test('who did not open the second waits for the word of who did, and then no longer', () => {
    const watched = talking({ own: false })
    watched.run(1900, 0)
    watched.spare = { state: 'connected', packets: 1 }
    assert.ok(!watched.names(2000, 0).includes('keep spare'))
    assert.ok(watched.names(4000, 0).includes('keep spare'))
  })

  test('a second that does not come about is given up, the next one later', () => {
    const watched = talking()
    const opened = watched.run(2000, 0).at(-1)[1]
    watched.spare = { state: 'connecting', packets: 0 }
    const [[name, at]] = watched.run(8500, 0)
    assert.deepEqual([name, at - opened <= 8500], ['drop spare', true])
    assert.equal(watched.watch.wait, 16_000)
  })

  test('it is looked at more often', () => {
    const watched = talking()
    const usual = pace(watched.watch)
    watched.run(1000, 0)
    assert.ok(pace(watched.watch) < usual)
  })
})

test('a connection that never came about is begun anew, ever more slowly', () => {
  const watched = new Watched()
  watched.state = 'connecting'
  assert.deepEqual(watched.run(60_000, 0), [['renew', 8250], ['renew', 24_500], ['renew', 56_750]])
})
