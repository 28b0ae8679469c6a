import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'

import { LIMITS, apply, blank, inOrder, near, snapshot } from '../../web/static/js/call/board/doc.js'
import { openHand } from '../../web/static/js/call/board/hand.js'
import { decode } from '../../web/static/js/call/board/messages.js'
import { linesOf as wrapped, outline } from '../../web/static/js/call/board/shapes.js'
import { linesOf, newsOf } from '../../web/static/js/call/board/texts.js'

/** Numbers that look random and are the same in every run. */
function dice(seed) {
  let at = seed
  return (most) => {
    at = (at * 1103515245 + 12345) % 2 ** 31
    return at % most
  }
}

/** Mixes in place. */
function mix(list, roll) {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = roll(at + 1);
    [list[at], list[other]] = [list[other], list[at]]
  }
  return list
}

let made = 0
/** One page; what it says waits in `out`. */
function page(by) {
  const out = []
  const fulls = []
  const hand = openHand({
    me: () => by, random: () => `${by}${String((made += 1)).padStart(8, '0')}`, send: (said) => out.push(said), changed: () => {}, full: () => fulls.push(1),
  })
  const stroke = (...points) => {
    hand.begin(1, points.slice(0, 3))
    for (let at = 3; at < points.length; at += 3) hand.go(points.slice(at, at + 3))
    hand.end()
  }
  return { hand, out, fulls, stroke, hear: (said) => { const read = decode(JSON.stringify(said)); if (read) hand.take(read) } }
}

const seen = ({ hand }) => ({ marks: inOrder(hand.doc()), gone: Object.keys(hand.doc().gone).sort(), cleared: hand.doc().cleared, shown: hand.doc().shown })
const mark = (at, extra = {}) => ({ t: 'mark', mark: { id: `${at}.aaaaaaaa`, by: 'x', colour: 0, points: [1, 2, 50], ...extra } })

describe('two pages', () => {
  test('come to the same board whatever order things arrive in, and however often: 200 runs', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const roll = dice(seed)
      const both = [page('a'), page('b')]
      const mail = [[], []]
      for (let act = 0; act < 40; act += 1) {
        const who = roll(2)
        const { hand, stroke } = both[who]
        const what = roll(10)
        if (what < 5) stroke(roll(1000), roll(800), 50, roll(1000), roll(800), 50)
        else if (what < 7) hand.note(roll(4), roll(1000), roll(800), `note ${act}`)
        else if (what < 8) hand.undo()
        else if (what < 9) hand.show(Boolean(roll(2)))
        else if (roll(3) === 0) hand.clear()
        mail[1 - who].push(...both[who].out.splice(0))
        for (const to of [0, 1]) for (const said of mix(mail[to], roll).splice(0, roll(4))) {
          both[to].hear(said)
          if (roll(4) === 0) mail[to].push(said)
        }
      }
      for (const to of [0, 1]) for (const said of mix(mail[to], roll)) both[to].hear(said)
      assert.deepEqual(seen(both[0]), seen(both[1]), `seed ${seed}`)
    }
  })

  test('one that was opened again gets all of it from the other, and its own marks are still its own', () => {
    const [one, two] = [page('a'), page('b')]
    one.stroke(10, 10, 50, 90, 90, 50)
    one.hand.note(2, 100, 100, 'breathe')
    one.stroke(500, 500, 50, 520, 520, 50)
    one.hand.undo()
    one.hand.show(true)
    for (const said of one.out) two.hear(said)
    const again = page('a')
    for (const said of mix(snapshot(two.hand.doc()), dice(3))) again.hear(said)
    assert.deepEqual(seen(again), seen(one))
    assert.ok(again.hand.undo())
    assert.deepEqual(linesOf(again.hand.doc()), [{ by: 'a', strokes: 1 }])
  })

  test('each takes back and rubs out only its own', () => {
    const [one, two] = [page('a'), page('b')]
    one.stroke(10, 10, 50, 100, 10, 50)
    for (const said of one.out.splice(0)) two.hear(said)
    assert.equal(two.hand.undo(), false)
    two.hand.erase(50, 12)
    assert.equal(inOrder(two.hand.doc()).length, 1)
    assert.deepEqual(near(one.hand.doc(), 'a', 55, 20, 16).length, 1)
    one.hand.erase(55, 20)
    assert.equal(inOrder(one.hand.doc()).length, 0)
  })

  test('a stroke is seen while it is drawn, and once when it is whole', () => {
    const [one, two] = [page('a'), page('b')]
    one.hand.begin(0, [0, 0, 50])
    one.hand.go([10, 0, 50])
    one.hand.tellLive()
    one.hand.go([20, 0, 50])
    one.hand.tellLive()
    const pieces = one.out.splice(0)
    two.hear(pieces[0])
    two.hear(pieces[0])
    two.hear(pieces[1])
    assert.deepEqual(two.hand.live().map(({ points }) => points), [[0, 0, 50, 10, 0, 50, 20, 0, 50]])
    one.hand.end()
    for (const said of [...one.out, ...pieces]) two.hear(said)
    assert.deepEqual(two.hand.live(), [])
    assert.equal(inOrder(two.hand.doc()).length, 1)
  })

  test('a stroke that was under way when the board was cleared is not left hanging on the other page', () => {
    const [one, two] = [page('a'), page('b')]
    one.hand.begin(0, [0, 0, 50])
    one.hand.tellLive()
    for (const said of one.out.splice(0)) two.hear(said)
    two.stroke(1, 1, 50)
    two.hand.clear()
    for (const said of two.out.splice(0)) one.hear(said)
    one.hand.end()
    for (const said of one.out.splice(0)) two.hear(said)
    assert.deepEqual(two.hand.live(), [])
    assert.deepEqual(seen(one), seen(two))
  })
})

describe('a page that keeps to nothing', () => {
  test('never fills more than the board holds', () => {
    let doc = blank()
    for (let at = 1; at < 1600; at += 1) doc = apply(doc, decode(JSON.stringify(mark(at))))
    assert.equal(inOrder(doc).length, LIMITS.marks)
    doc = blank()
    const long = Array.from({ length: LIMITS.stroke * 3 }, (_, at) => [5, 5, 50][at % 3])
    for (let at = 1; at < 100; at += 1) doc = apply(doc, decode(JSON.stringify(mark(at, { points: long }))))
    assert.ok(doc.points <= LIMITS.points)
    for (let at = 1; at < 3200; at += 1) doc = apply(doc, decode(`{"t":"gone","id":"${at}.bbbbbbbb"}`))
    assert.ok(Object.keys(doc.gone).length <= LIMITS.gone)
    for (let at = 1; at < 50; at += 1) doc = apply(doc, { t: 'live', at, mark: { ...mark(at).mark, at, id: `${at}.cccccccc` }, from: 0 })
    assert.ok(Object.keys(doc.live).length <= LIMITS.live)
    for (let at = 1; at < 200; at += 1) doc = apply(doc, decode(JSON.stringify(mark(at, { id: `${at}.dddddddd`, points: undefined, text: 'x', x: 1, y: 1 }))))
    assert.ok(inOrder(doc).filter((one) => 'text' in one).length <= LIMITS.notes)
  })

  test('says what is no message, or far too much: nothing changes', () => {
    const bad = ['', '{', 'null', '[]', '{"t":"toString"}', '{"t":"gone","id":"__proto__"}', '{"t":"clear","at":-1}', '{"t":"show","at":1,"on":1,"by":"a"}', ' '.repeat(40_000)]
    const points = [[1, 2], [1, 2, 3, 4], [1001, 0, 0], [0, 801, 0], [0, 0, 101], [-1, 0, 0], [0.5, 0, 0], ['1', 0, 0], [], null, 'x']
    for (const one of points) bad.push(JSON.stringify(mark(1, { points: one })))
    bad.push(JSON.stringify(mark(1, { points: Array(LIMITS.stroke * 3 + 3).fill(1) })))
    for (const extra of [{ id: '1.<b>' }, { id: 'x' }, { colour: 4 }, { by: '' }, { by: 'x'.repeat(65) }]) bad.push(JSON.stringify(mark(1, extra)))
    for (const text of [bad].flat()) assert.equal(decode(text), null, text.slice(0, 80))
    assert.equal(decode(new ArrayBuffer(8)), null)
  })

  test('cannot use the clock up, nor hide letters in a note', () => {
    const doc = apply(blank(), decode(JSON.stringify(mark(Number.MAX_SAFE_INTEGER % 1e15))))
    assert.deepEqual(doc, blank())
    const { mark: note } = decode(JSON.stringify(mark(1, { points: undefined, x: 1, y: 1, text: `a\u202eb\u0000 \n c${'x'.repeat(400)}` })))
    assert.ok(note.text.startsWith('ab c'))
    assert.equal(note.text.length, LIMITS.text)
  })

  test('fills the board: the own hand is told that there is no room', () => {
    const one = page('a')
    for (let at = 1; at <= LIMITS.marks; at += 1) one.hear(mark(at))
    assert.equal(one.hand.begin(0, [1, 1, 50]), false)
    assert.equal(one.fulls.length, 1)
    one.hand.clear()
    assert.equal(one.hand.begin(0, [1, 1, 50]), true)
  })
})

describe('in words and shapes', () => {
  test('strokes that follow each other are one line, notes are read whole, and news say what happened', () => {
    const one = page('a')
    one.stroke(1, 1, 50)
    one.stroke(9, 9, 50)
    one.hand.note(0, 5, 5, 'a plan')
    assert.deepEqual(linesOf(one.hand.doc()).map(({ id, ...rest }) => rest), [{ by: 'a', strokes: 2 }, { by: 'a', text: 'a plan' }])
    const news = (before, said) => newsOf(before, apply(before, said), said, 'a')
    assert.deepEqual(news(blank(), decode(JSON.stringify(mark(1)))), { key: 'board.they.drew' })
    assert.deepEqual(news(one.hand.doc(), { t: 'clear', at: one.hand.doc().clock }), { key: 'board.they.cleared' })
    assert.equal(news(blank(), { t: 'clear', at: 0 }), null)
    assert.deepEqual(news(blank(), { t: 'show', at: 1, on: true, by: 'b' }), { key: 'board.they.opened' })
  })

  test('whoever opens the page again hears nothing of their own marks as if the other had made them', () => {
    const one = page('a')
    one.stroke(1, 1, 50)
    one.hand.note(0, 5, 5, 'a plan')
    one.hand.show(true)
    const given = snapshot(one.hand.doc())
    const told = (me) => given.map((said) => newsOf(blank(), apply(blank(), said), said, me)?.key)
    assert.deepEqual(told('a'), [undefined, undefined, 'board.still'])
    assert.deepEqual(told('b'), ['board.they.drew', 'board.they.wrote', 'board.they.opened'])
  })

  test('a stroke has an outline, a dot too, and a long word is broken', () => {
    for (const points of [[5, 5, 50], [0, 0, 10, 100, 50, 90, 200, 0, 50]]) assert.match(outline(points), /^M[\d. -]+Q[\d. -]+Z$/)
    assert.deepEqual(wrapped(`one ${'x'.repeat(30)}`), ['one', 'x'.repeat(24), 'x'.repeat(6)])
  })

  test('every pen can be read on the paper by day and at dusk: 4.5 to 1', () => {
    const sheet = readFileSync(new URL('../../web/static/css/tokens.css', import.meta.url), 'utf8')
    const light = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0)
    const of = (name) => sheet.match(new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`)).slice(1, 3).map(light)
    for (const pen of ['ink', 'draw-blue', 'draw-orange', 'draw-violet']) {
      of(pen).forEach((one, mode) => {
        const [low, high] = [one, of('lit')[mode]].sort((a, b) => a - b)
        assert.ok((high + 0.05) / (low + 0.05) >= 4.5, `${pen} ${mode}`)
      })
    }
  })
})
