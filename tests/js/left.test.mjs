// What a tab holds of a note that was signed elsewhere: shown until it stands below the note, or is let go.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carry, drop, dropAll, dropOthers, holdsWords, leftOf, placeOf } from '../../web/static/js/lib/left.js'

const URL = 'https://clinic.example/staff/patients/p/notes/n/parts/'

function storageOf(entries) {
  const kept = new Map(Object.entries(entries))
  return {
    get length() { return kept.size },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
    names: () => [...kept.keys()],
  }
}

test('words that stand nowhere are left, and those that were signed or added are let go', () => {
  const storage = storageOf({
    [`auto-save:${URL}plan`]: JSON.stringify({ text: 'never saved', version: '2' }),
    [`auto-save:${URL}subjective`]: JSON.stringify({ text: 'as it was signed', version: '1' }),
    [`auto-mine:${URL}plan`]: 'set aside before',
    [`auto-mine:${URL}objective`]: 'this was added since, in whole',
    [`auto-save:${URL}odd`]: 'no JSON',
    [`auto-save:https://clinic.example/staff/patients/p/notes/other/parts/plan`]: JSON.stringify({ text: 'of another note' }),
  })
  const left = leftOf(storage, URL, ['as it was signed ', 'never saved, or so it was', 'first\n\nthis was added since, in whole\n\nand more'])
  assert.deepEqual(left.map(({ text }) => text), ['set aside before', 'never saved'])
  assert.equal(storage.names().length, 3)
  drop(storage, left[0].names)
  assert.deepEqual(leftOf(storage, URL, []).map(({ text }) => text), ['never saved'])
})

test('the same words under two names are one, and go together', () => {
  const storage = storageOf({ [`auto-save:${URL}plan`]: JSON.stringify({ text: 'once' }), [`auto-mine:${URL}plan`]: 'once' })
  const [one, ...others] = leftOf(storage, URL, [])
  assert.deepEqual([one.text, one.names.length, others], ['once', 2, []])
  drop(storage, one.names)
  assert.equal(storage.length, 0)
})

test('from beside a call they come along to the page of the note', () => {
  const from = 'https://clinic.example/staff/visit/v/note-of-record/parts/'
  const storage = storageOf({ [`auto-save:${from}plan`]: JSON.stringify({ text: 'beside' }), [`auto-save:${from}aim`]: JSON.stringify({ text: 'too' }) })
  for (const left of leftOf(storage, from, [])) carry(storage, left, URL)
  assert.deepEqual(leftOf(storage, URL, []).map(({ text }) => text).sort(), ['beside', 'too'])
  assert.equal(storage.length, 2)
})

test('what one person left in a tab is nothing of the next', () => {
  const kept = (whose, kind = 'auto-save') => `${kind}:${placeOf(whose, URL)}plan`
  const hers = [kept('her'), kept('her', 'auto-mine'), kept('her', 'auto-saved')]
  const others = [kept('him'), kept('her2'), kept('him', 'auto-mine'), kept('him', 'auto-saved'), `auto-save:${URL}plan`]
  const storage = storageOf(Object.fromEntries([...hers, ...others, 'steps'].map((name) => [name, '{}'])))
  dropOthers(storage, 'her')
  assert.deepEqual(storage.names(), [...hers, 'steps'])
  assert.equal(holdsWords(storage), true)
  dropAll(storage)
  assert.deepEqual([storage.names(), holdsWords(storage)], [['steps'], false])
})
