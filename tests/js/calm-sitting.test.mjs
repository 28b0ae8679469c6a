import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'

import { pick } from '../../web/static/js/calm/recordings.js'
import { at, clock, fell, lines, read, said, spaced, whole } from '../../web/static/js/calm/sitting.js'
import { local } from '../../web/static/js/calm/voice.js'
import { Watch } from '../../web/static/js/calm/watch.js'

const SHORT = read('{"1": [["bell", "", 5], ["cue", "arrive", 10], ["silence", "", 20], ["cue", "end", 15], ["silence", "", 5], ["bell", "", 5]]}')['1']

test('each moment is in the segment that is written for it, and the end is the end', () => {
  assert.equal(whole(SHORT), 60_000)
  assert.deepEqual(at(SHORT, 0), { place: 0, segment: SHORT[0], into: 0, left: 5000 })
  assert.equal(at(SHORT, 4999)?.place, 0)
  assert.deepEqual(at(SHORT, 5000), { place: 1, segment: SHORT[1], into: 0, left: 10_000 })
  assert.equal(at(SHORT, 34_999)?.segment.kind, 'silence')
  assert.equal(at(SHORT, 59_999)?.place, 5)
  assert.equal(at(SHORT, 60_000), null)
})

test('longer silences make silences longer and nothing else', () => {
  assert.deepEqual(spaced(SHORT, 150).map(({ ms }) => ms), [5000, 10_000, 30_000, 15_000, 7500, 5000])
  assert.equal(whole(spaced(SHORT, 60)), 50_000)
})

test('on a moved clock a pause keeps the place, and whoever comes back late is where the time is', () => {
  const watch = new Watch()
  watch.start(1000)
  assert.equal(at(SHORT, watch.elapsed(13_000))?.segment.text, 'arrive')
  watch.pause(13_000)
  assert.deepEqual(at(SHORT, watch.elapsed(900_000)), at(SHORT, 12_000))
  watch.start(900_000)
  assert.equal(at(SHORT, watch.elapsed(902_999))?.segment.text, 'arrive')
  assert.equal(at(SHORT, watch.elapsed(924_000))?.segment.text, 'end')
  assert.equal(at(SHORT, watch.elapsed(948_000)), null)
})

test('the list holds each cue and bell at its time, with the quiet after it', () => {
  assert.deepEqual(lines(SHORT).map(({ place, at: begin, text, quiet }) => [place, clock(begin), text, quiet]), [
    [0, '0:00', '', 0], [1, '0:05', 'arrive', 20_000], [3, '0:35', 'end', 5000], [5, '0:55', '', 0],
  ])
})

test('a cue says the words of the anchor, or those that are for all', () => {
  const texts = { arrive: { '': 'Sit.' }, rest: { breath: 'Breath.', feet: 'Feet.' } }
  assert.equal(said(texts, 'rest', 'feet'), 'Feet.')
  assert.equal(said(texts, 'arrive', 'feet'), 'Sit.')
  assert.equal(said(texts, 'nothing', 'feet'), '')
})

test('three points less of calm or of mood are heard of, two are not, and neither is a number that nobody gave', () => {
  assert.equal(fell({ calm_before: 6, calm_after: 3 }, 3), true)
  assert.equal(fell({ calm_before: 6, calm_after: 4, mood_before: 5, mood_after: 2 }, 3), true)
  assert.equal(fell({ calm_before: 6, calm_after: 4 }, 3), false)
  assert.equal(fell({ calm_after: 0 }, 3), false)
  assert.equal(fell({ calm_before: 3, calm_after: 0 }, 3), true)
  assert.equal(fell({ mood_before: 2, mood_after: 9 }, 3), false)
})

test('only voices that live on the device read aloud, in the language of the page, its own choice first', () => {
  const voice = (name, lang, localService, by = false) => ({ name, lang, localService, default: by })
  const all = [voice('Cloud', 'en-US', false, true), voice('One', 'en-GB', true), voice('Two', 'en_US', true, true), voice('Drei', 'de-DE', true), voice('Odd', 'en', undefined)]
  assert.deepEqual(local(all, 'en').map(({ name }) => name), ['Two', 'One'])
  assert.deepEqual(local(all, 'ar'), [])
})

test('every session that is shipped comes to its minutes by the reckoning of the page as well', () => {
  const folder = new URL('../../server/calm/meditation/sessions/', import.meta.url)
  for (const name of readdirSync(folder)) {
    const { lengths } = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    const written = Object.fromEntries(Object.entries(lengths).map(([minutes, line]) => [minutes, line.map(({ type, text = '', dur }) => [type, text, dur])]))
    for (const [minutes, line] of Object.entries(read(JSON.stringify(written)))) assert.equal(whole(line), Number(minutes) * 60_000)
  }
})

test('a recording of the words that the anchor changes is taken before one that is for all', () => {
  const sounds = { 'rest.feet': '/feet', arrive: '/arrive', 'whole-3.breath': '/whole' }
  assert.equal(pick(sounds, 'rest', 'feet'), '/feet')
  assert.equal(pick(sounds, 'rest', 'breath'), '')
  assert.equal(pick(sounds, 'arrive', 'feet'), '/arrive')
  assert.equal(pick(sounds, 'whole-3', 'feet'), '')
})
