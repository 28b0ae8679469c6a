import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { ANY, Known, across, exchanged, meet, middle } from '../../web/static/js/call/tools/clocks.js'
import { decode } from '../../web/static/js/call/tools/messages.js'
import { openPages } from '../../web/static/js/call/tools/sheet.js'
import { openStep } from '../../web/static/js/call/tools/step.js'

/** Two pages on a clock of the test: `slow` ms from the first to the second, `back` ms the other way; `wrong`: ms that the second clock is ahead. */
function pages({ slow, back, wrong, server = null }) {
  let truth = 1_000_000
  const queue = []
  const post = (to, ms) => (said) => queue.push({ due: truth + ms, work: () => to().take(decode(JSON.stringify(said)), to.now()) })
  const clocks = [() => truth, () => truth + wrong]
  const found = []
  const to = (which) => Object.assign(() => found[which], { now: () => clocks[which]() })
  found.push(openStep({ me: () => 'a', now: clocks[0], send: post(to(1), slow), changed() {} }))
  found.push(openStep({ me: () => 'b', now: clocks[1], send: post(to(0), back), changed() {} }))
  function run(ms) {
    for (const end = truth + ms; ;) {
      queue.sort((one, other) => one.due - other.due)
      if (!queue.length || queue[0].due > end) return void (truth = end)
      const { due, work } = queue.shift()
      truth = due
      work()
    }
  }
  function settle() {
    for (let time = 0; time < 6; time += 1) {
      if (server) for (const [which, one] of found.entries()) one.served(clocks[which]() - server.up, truth + 5e8, clocks[which]() + server.down)
      for (const one of found) one.ask()
      run(700)
    }
  }
  return { found, run, settle, skew: () => Math.abs(found[0].gone() - found[1].gone()) }
}

describe('the difference of two clocks', () => {
  test('is a range: what comes cannot have come before it was sent', () => {
    assert.deepEqual(exchanged(0, 90_300, 90_300, 300), { low: 90_000, high: 90_300 })
    assert.deepEqual(meet({ low: 0, high: 10 }, { low: 4, high: 20 }), { low: 4, high: 10 })
    assert.deepEqual(meet({ low: 0, high: 10 }, { low: 50, high: 60 }), { low: 50, high: 60 })
    assert.deepEqual(across({ low: 10, high: 12 }, { low: 3, high: 4 }), { low: 6, high: 9 })
    assert.equal(middle(ANY), 0)
    assert.equal(middle({ low: 4, high: 10 }), 7)
  })

  test('is told by the quickest message of each direction, and what is old is forgotten', () => {
    const known = new Known()
    known.add({ low: -200, high: 30 })
    known.add({ low: -20, high: 400 })
    assert.deepEqual(known.range, { low: -20, high: 30 })
    for (let time = 0; time < 3; time += 1) known.add({ low: -100, high: 100 }, 3)
    assert.deepEqual(known.range, { low: -100, high: 100 })
  })
})

describe('two pages in step', () => {
  for (const [slow, back, most] of [[0, 0, 1], [150, 150, 1], [300, 300, 1], [300, 0, 150], [0, 300, 150], [40, 260, 110]]) {
    test(`with a clock that is 90 s wrong, ${slow} ms one way and ${back} ms the other, are at most ${most} ms apart`, () => {
      for (const who of [0, 1]) {
        const { found, run, settle, skew } = pages({ slow, back, wrong: 90_000 })
        settle()
        found[who].begin('breath/box-4')
        run(5000)
        assert.ok(skew() <= most, `${skew()}`)
        found[1 - who].turn()
        run(1000)
        assert.equal(skew(), 0)
        found[who].turn()
        run(1000)
        assert.ok(skew() <= most, `${skew()}`)
      }
    })
  }

  test('with the clock of the server as a second way to know are nearer than the slow road alone could tell', () => {
    const { found, run, settle, skew } = pages({ slow: 300, back: 0, wrong: -90_000, server: { up: 20, down: 30 } })
    settle()
    found[0].begin('sit/widen')
    run(4000)
    assert.ok(skew() <= 30, `${skew()}`)
    assert.ok(found[1].doubt() <= 51)
  })

  test('of two who begin at once the same one counts on both, and who comes back later is told', () => {
    const { found, run, settle } = pages({ slow: 50, back: 80, wrong: 5 })
    settle()
    found[0].begin('breath/box-4')
    found[1].begin('breath/equal-4')
    run(500)
    assert.deepEqual(found.map(({ run: { tool } }) => tool), ['breath/equal-4', 'breath/equal-4'])
    found[0].end()
    run(500)
    assert.deepEqual(found.map((one) => one.run), [null, null])
    const late = pages({ slow: 10, back: 10, wrong: 0 })
    late.found[0].begin('mood')
    late.found[0].anew()
    late.run(50)
    assert.equal(late.found[1].run.tool, 'mood')
  })
})

test('a frame that is none of the protocol is ignored', () => {
  const run = { t: 'run', at: 1, by: 'a', run: { tool: 'breath/box-4', begins: 1, paused: null } }
  assert.deepEqual(decode(JSON.stringify(run)), run)
  for (const said of [
    '', '{', '[]', 'null', '{"t":"toString"}', '{"t":"mood","x":11,"y":0}', '{"t":"mood","x":1.5,"y":0}', '{"t":"ask","n":1,"sent":1e99}',
    '{"t":"tell","n":1,"sent":1,"there":1,"answered":"1","low":null,"high":null}', `"${'a'.repeat(2000)}"`,
    JSON.stringify({ ...run, run: { ...run.run, tool: 'breath/../x' } }), JSON.stringify({ ...run, by: '' }), JSON.stringify({ ...run, run: { ...run.run, paused: -1 } }),
  ]) assert.equal(decode(said), null)
})

describe('a record that both write on', () => {
  test('the latest of a field holds on both pages, whatever comes first', () => {
    const [ours, theirs] = [openPages(() => 'a'), openPages(() => 'b')]
    const [first, other] = [ours.mine('thought', 'I am'), theirs.mine('thought', 'You')]
    assert.equal(ours.theirs(other), true, 'of two alike the higher name')
    assert.equal(theirs.theirs(first), false)
    const later = ours.mine('thought', 'I am not alone')
    assert.equal(theirs.theirs(later), true)
    assert.equal(theirs.theirs(other), false, 'what comes late changes nothing')
    assert.deepEqual(ours.all(), theirs.all())
  })
  test('what is no field of it, or too long, is not heard', () => {
    const said = { t: 'write', field: 'thought', at: 1, by: 'a', text: 'x' }
    assert.deepEqual(decode(JSON.stringify(said)), said)
    for (const wrong of [{ field: 'id' }, { at: -1 }, { by: '' }, { text: 'x'.repeat(401) }, { text: 4 }]) assert.equal(decode(JSON.stringify({ ...said, ...wrong })), null)
  })
})
