import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { begin, moved, watch } from '../../web/static/js/call/quality.js'

const CLEAN = { loss: 0, rate: 3_000_000 }
const lossy = (loss, rate) => ({ loss, rate })
const NARROW = { loss: 0, rate: 85_000 }
// A queue rises and falls with what goes into it; a long way does not.
const queue = (second) => 0.3 + 0.05 * (second % 3)
const far = (second) => 0.302 + 0.004 * (second % 3)
// How far a browser's estimate gets with what is sent: it never believes in much more than it has seen pass.
const SEEN = { full: 3_000_000, reduced: 380_000, trial: 180_000, paused: 93_000 }

/** A network of so many seconds each, second by second; every second's state with what it was seen to be. */
function run(...traces) {
  const seconds = traces.flatMap(([network, count]) => Array(count).fill(network))
  let state = begin()
  let rate = 300_000
  const counted = { packets: 0, again: 0, samples: 0, concealed: 0 }
  return seconds.map((network, second) => {
    rate = Math.min(network.rate, Math.max(SEEN[state.order.picture], rate * 0.5), rate * 2)
    counted.again += 50 * network.loss
    counted.packets += 50 + 50 * network.loss
    counted.samples += 48_000
    counted.concealed += 48_000 * (network.concealed ?? 0)
    const sample = {
      at: 1000 * (second + 1),
      route: { available: rate, rtt: network.rtt?.(second) ?? 0.02 },
      heard: { samples: counted.samples, concealed: counted.concealed },
      said: { packets: counted.packets, again: counted.again, told: network.told ?? 0 },
    }
    state = watch(state, sample)
    return state
  })
}

const videos = (states) => states.map((state) => state.video).filter((video, at, all) => video !== all[at - 1])
const switches = (states) => videos(states).length - 1
const first = (states, video, from = 0) => states.findIndex((state, at) => at >= from && state.video === video)

describe('what is left alone', () => {
  test('a clean network, for ten minutes', () => {
    const states = run([CLEAN, 600])
    assert.deepEqual(videos(states), ['full'])
    assert.ok(states.every(({ order }) => order.picture === 'full' && !order.thrift && order.buffer === 0))
  })

  test('10 % loss, and 10 % loss far away: sound mends itself, and the picture bears it', () => {
    assert.deepEqual(videos(run([CLEAN, 20], [lossy(0.1, 900_000), 300])), ['full'])
    assert.deepEqual(videos(run([CLEAN, 20], [lossy(0.1, 450_000), 300])), ['full'])
  })

  test('one bad second', () => {
    assert.deepEqual(videos(run([CLEAN, 20], [lossy(0.6, 400_000), 1], [CLEAN, 60])), ['full'])
  })

  test('the first seconds, in which the browser itself knows nothing', () => {
    assert.equal(run([NARROW, 3])[2].video, 'full')
  })
})

describe('stepping down', () => {
  test('20 and 30 % loss make the picture small within five seconds, and it stays so', () => {
    for (const bad of [lossy(0.2, 300_000), lossy(0.3, 140_000)]) {
      const states = run([CLEAN, 20], [bad, 300])
      assert.deepEqual(videos(states), ['full', 'reduced'])
      assert.ok(first(states, 'reduced') < 25)
      assert.deepEqual(states.at(-1).order.picture, 'reduced')
    }
  })

  test('an estimate that creeps down under loss is no narrow road', () => {
    const creeping = [900, 600, 400, 300, 200, 150, 120, 100, 90].map((rate) => [lossy(0.3, rate * 1000), 4])
    assert.deepEqual(videos(run([CLEAN, 20], ...creeping)), ['full', 'reduced'])
  })

  test('100 kbit/s is for sound alone, at once, and sound takes less itself', () => {
    const states = run([CLEAN, 20], [NARROW, 300])
    assert.deepEqual(videos(states), ['full', 'paused'])
    assert.ok(first(states, 'paused') <= 21)
    const held = states.slice(22)
    assert.ok(held.every(({ order }) => order.thrift))
    const tried = held.filter(({ order }) => order.picture === 'trial').length
    assert.ok(tried > 0 && tried < held.length / 2, 'what is tried takes less than half of the time, and nobody is told')
    assert.ok(held.every(({ order }) => order.picture !== 'full' && order.picture !== 'reduced'))
  })

  test('a road that this call itself has filled: loss with a queue is no reason to send more', () => {
    const filled = { loss: 0.4, rate: 92_000, rtt: queue }
    const states = run([CLEAN, 20], [filled, 60])
    assert.ok(first(states, 'paused') <= 24, videos(states).join())
    assert.ok(states.slice(24).every(({ order }) => order.copies === 1 && order.thrift))
    const distant = run([{ ...CLEAN, rtt: far }, 20], [{ loss: 0.3, rate: 140_000, rtt: far }, 60])
    assert.deepEqual(videos(distant), ['full', 'reduced'], 'a long way is no queue')
    assert.equal(distant.at(-1).order.copies, 3)
  })

  test('a way that grows in mid-call and keeps its length is a long way after seconds, and no queue', () => {
    const states = run([CLEAN, 20], [{ loss: 0.1, rate: 250_000, rtt: far }, 60])
    assert.deepEqual(videos(states), ['full'])
    assert.ok(states.slice(28).every(({ order }) => order.copies >= 2))
    const filled = run([CLEAN, 20], [{ loss: 0.1, rate: 250_000, rtt: far }, 20], [{ loss: 0.4, rate: 92_000, rtt: (second) => 0.25 + queue(second) }, 30])
    assert.ok(filled.slice(46).every(({ order }) => order.copies === 1), 'and there too packets may queue')
  })

  test('a smaller picture that still fills the road is paused', () => {
    const states = run([CLEAN, 20], [{ loss: 0.2, rate: 160_000, rtt: queue }, 30])
    assert.deepEqual(videos(states), ['full', 'reduced', 'paused'])
  })

  test('a camera that is off is neither held back nor talked about', () => {
    let state = begin()
    for (let at = 1; at < 60; at += 1) state = watch(state, { at: at * 1000, route: { available: 60_000 }, heard: null, said: null }, false)
    assert.equal(state.video, 'full')
  })

  test('loss that only the other side can tell counts too', () => {
    assert.ok(videos(run([CLEAN, 20], [{ ...CLEAN, told: 0.3 }, 20])).includes('reduced'))
  })
})

describe('coming back', () => {
  test('within 20 seconds of recovery, from each state', () => {
    for (const bad of [lossy(0.2, 300_000), lossy(0.3, 140_000), NARROW]) {
      const states = run([CLEAN, 20], [bad, 60], [CLEAN, 60])
      assert.ok(first(states, 'full', 80) - 80 <= 20, JSON.stringify(bad))
      assert.equal(states.at(-1).order.thrift, false)
      assert.ok(switches(states) <= 2)
    }
  })

  test('within 20 seconds too after a second bad spell soon after the first', () => {
    for (const between of [20, 40, 60, 90]) {
      for (const bad of [lossy(0.3, 140_000), NARROW]) {
        const states = run([CLEAN, 20], [bad, 20], [CLEAN, between], [bad, 20], [CLEAN, 60])
        const good = 20 + 20 + between + 20
        assert.ok(first(states, 'full', good) - good <= 20, `${between} s between: back after ${first(states, 'full', good) - good} s`)
      }
    }
  })

  test('after two steps down within the minute of a recovery, within 20 seconds of the next one', () => {
    const worse = [[lossy(0.2, 300_000), 10], [NARROW, 10]]
    const states = run([CLEAN, 20], ...worse, [CLEAN, 90], ...worse, [CLEAN, 90])
    assert.ok(first(states, 'full', 150) - 150 <= 20, String(first(states, 'full', 150) - 150))
  })

  test('as far as there is room: half way where the network got half better', () => {
    const states = run([CLEAN, 20], [NARROW, 30], [lossy(0, 300_000), 60])
    assert.deepEqual(videos(states), ['full', 'paused', 'reduced'])
  })

  test('a network that swings makes fewer than two switches a minute', () => {
    for (const half of [5, 10, 15, 20, 30, 45]) {
      for (const bad of [NARROW, lossy(0.3, 140_000)]) {
        const states = run([CLEAN, 20], ...Array(Math.ceil(600 / half)).fill(0).map((_, at) => [at % 2 ? CLEAN : bad, half]))
        assert.ok(switches(states) / (states.length / 60) < 2, `${half} s: ${switches(states)} in ${states.length} s`)
      }
    }
  })

  test('another connection keeps what is known and compares nothing with the old one', () => {
    const held = run([CLEAN, 20], [NARROW, 20]).at(-1)
    const on = watch(moved(held), { at: 99_000, route: { available: 60_000 }, heard: null, said: null })
    assert.equal(on.video, 'paused')
    assert.equal(watch(on, { at: 100_000, route: { available: 60_000 }, heard: null, said: null }).video, 'paused')
  })
})

describe('copies of what was said before', () => {
  const copies = (states) => states.map(({ order }) => order.copies)

  test('one where nothing is lost, two at 10 % and three at 20 and 30 %, within four seconds', () => {
    assert.ok(copies(run([CLEAN, 300])).every((count) => count === 1))
    for (const [bad, count] of [[lossy(0.1, 900_000), 2], [lossy(0.2, 300_000), 3], [lossy(0.3, 140_000), 3]]) {
      const states = run([CLEAN, 20], [bad, 60])
      assert.equal(copies(states)[25], count, JSON.stringify(bad))
      assert.ok(copies(states).slice(25).every((now) => now === count))
    }
  })

  test('are given up a quarter of a minute after the last loss', () => {
    const states = run([CLEAN, 20], [lossy(0.3, 140_000), 20], [CLEAN, 60])
    assert.equal(copies(states)[50], 3)
    assert.equal(copies(states).at(-1), 1)
  })

  test('have no room on a narrow road, also while what stood in its queue is still lost', () => {
    const states = run([CLEAN, 20], [{ ...NARROW, loss: 0.3 }, 6], [NARROW, 60])
    assert.ok(states.slice(21).every(({ video }) => video === 'paused'))
    assert.ok(copies(states).slice(21).every((count) => count === 1))
  })

  test('help where much is lost though little is sent', () => {
    const states = run([CLEAN, 20], [lossy(0.3, 50_000), 60])
    assert.equal(states[40].video, 'paused')
    assert.equal(copies(states)[22], 1)
    assert.ok(copies(states).slice(35).every((count) => count === 2))
  })
})

describe('how the other side is heard', () => {
  test('a buffer is asked for when sound is lost, and given back half a minute later', () => {
    const states = run([CLEAN, 20], [{ ...CLEAN, concealed: 0.05 }, 10], [CLEAN, 60])
    assert.equal(states[15].order.buffer, 0)
    assert.ok(states[21].order.buffer > 0 && states[50].order.buffer > 0)
    assert.equal(states.at(-1).order.buffer, 0)
  })

  test('where much is lost sound waits long enough to be asked for again, and not for ever', () => {
    const states = run([CLEAN, 20], [lossy(0.3, 140_000), 20], [CLEAN, 40])
    assert.ok(states[35].order.buffer > states[21].order.buffer)
    assert.equal(states.at(-1).order.buffer, 0)
  })

  test('a narrow road asks for no more waiting than it makes by itself', () => {
    const states = run([CLEAN, 20], [{ ...NARROW, loss: 0.2, concealed: 0.2 }, 6], [NARROW, 30])
    assert.ok(states.every(({ order }) => order.buffer <= 100))
  })

  test('weak is said when words get lost, and taken back slowly', () => {
    const states = run([CLEAN, 20], [{ ...CLEAN, concealed: 0.3 }, 10], [CLEAN, 20])
    assert.deepEqual(states.map(({ sound }) => sound).filter((sound, at, all) => sound !== all[at - 1]), ['good', 'weak', 'good'])
    assert.equal(run([CLEAN, 20], [{ ...CLEAN, concealed: 0.3 }, 1])[20].sound, 'good')
  })
})
