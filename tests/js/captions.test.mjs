// Captions: made on this device or not at all, and what goes over the channel.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fresh, put, read, said, told } from '../../web/static/js/call/captions/lines.js'
import { listenTo, onThisDevice, spoken } from '../../web/static/js/call/captions/local.js'

/** Stands in for a browser's recogniser: `states` per language, and every instance made. */
function browser(states, { promises = true, keeps = true } = {}) {
  const made = []
  class Recogniser {
    constructor() { made.push(this) }
    start(track) { this.track = track }
    abort() { this.aborted = true }
  }
  if (promises) Object.defineProperty(Recogniser.prototype, 'processLocally', { get() { return keeps && this.local }, set(value) { this.local = value } })
  Recogniser.asked = []
  Recogniser.available = async (wish) => { Recogniser.asked.push(wish); return states[wish.langs[0]] ?? 'unavailable' }
  return { world: { SpeechRecognition: Recogniser }, made, Recogniser }
}

describe('on this device', () => {
  test('a browser without the promise is never asked, and there are no captions', async () => {
    const { world, Recogniser } = browser({ en: 'available' }, { promises: false })
    assert.deepEqual(await onThisDevice(world, ['en']), { offer: 'none', language: '' })
    assert.deepEqual(await onThisDevice({}, ['en']), { offer: 'none', language: '' })
    assert.deepEqual(Recogniser.asked, [])
  })

  test('every question says that speech stays here, and the first language that is there is taken', async () => {
    const { world, Recogniser } = browser({ 'en-GB': 'downloadable', 'en-US': 'available' })
    assert.deepEqual(await onThisDevice(world, ['en-GB', 'en-US']), { offer: 'ready', language: 'en-US' })
    assert.equal(Recogniser.asked.every((one) => one.processLocally === true), true)
  })

  test('a language that would have to be fetched first is said, not fetched', async () => {
    const { world } = browser({ de: 'downloadable' })
    assert.deepEqual(await onThisDevice(world, ['de']), { offer: 'pack', language: 'de' })
  })

  test('a browser that breaks its promise is stopped before it hears a word', () => {
    const { world, made } = browser({}, { keeps: false })
    let lost = 0
    listenTo(world, 'en', {}, { heard: () => {}, lost: () => { lost += 1 }, later: () => {} })
    assert.equal(lost, 1)
    assert.equal(made[0].track, undefined)
  })

  test('it listens to the given track alone, goes on after a pause, and is silent once stopped', () => {
    const { world, made } = browser({})
    const heard = []
    const again = []
    const track = { kind: 'audio' }
    const listening = listenTo(world, 'en-US', track, { heard: (one) => heard.push(one), lost: () => assert.fail(), later: (work) => again.push(work) })
    const [first] = made
    assert.deepEqual([first.track, first.processLocally, first.lang, first.continuous], [track, true, 'en-US', true])
    const result = (text, isFinal) => Object.assign([{ transcript: text }], { isFinal })
    first.onresult({ resultIndex: 0, results: [result(' I sleep', false)] })
    first.onresult({ resultIndex: 0, results: [result(' I sleep better', true)] })
    first.onerror({ error: 'no-speech' })
    first.onend()
    again.pop()()
    made[1].onresult({ resultIndex: 0, results: [result('since Sunday', true)] })
    assert.deepEqual(heard.map(({ key, text, final }) => `${key} ${text} ${final}`), ['0 I sleep false', '0 I sleep better true', '1 since Sunday true'])
    listening.stop()
    assert.deepEqual([made[1].aborted, made[1].onend, again.length], [true, null, 0])
  })

  test('languages are named as the person’s browser names them', () => {
    assert.deepEqual(spoken('en', ['de-DE', 'en-GB', 'en']), ['en-GB', 'en'])
    assert.deepEqual(spoken('ar', ['en-US']), ['ar'])
  })
})

describe('over the channel', () => {
  test('what is said arrives as it was', () => {
    assert.deepEqual(read(told(true)), { type: 'state', on: true })
    assert.deepEqual(read(said({ key: 3, text: 'I sleep better', final: true })), { type: 'words', key: 3, text: 'I sleep better', final: true })
  })

  test('anything else is nothing', () => {
    for (const data of ['', '{', '[]', 'null', '7', '{"type":"state"}', '{"type":"words","key":"1","text":"x"}', '{"type":"words","key":1}', 'x'.repeat(5000), new ArrayBuffer(4)]) {
      assert.equal(read(data), null, String(data).slice(0, 20))
    }
  })

  test('a line that is heard better takes its own place, two stay, old ones go', () => {
    const words = (key, text) => ({ type: 'words', key, text, final: false })
    let lines = put(put(put([], words(0, 'one'), 0), words(1, 'two'), 1000), words(2, 'three'), 2000)
    assert.deepEqual(lines.map(({ text }) => text), ['two', 'three'])
    lines = put(lines, words(1, 'twofold'), 3000)
    assert.deepEqual(lines.map(({ text }) => text), ['twofold', 'three'])
    assert.deepEqual(fresh(lines, 9500).map(({ text }) => text), ['twofold'])
    assert.deepEqual(put(lines, words(2, ''), 1).map(({ text }) => text), ['twofold'])
  })
})
