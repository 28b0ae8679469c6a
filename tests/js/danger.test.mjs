import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { folded, placeAfter, speaksOfDanger } from '../../web/static/js/offline/danger.js'

const read = (path) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url)))
const lists = Object.values(read('server/safety/danger/words.json').languages).map((one) =>
  Object.fromEntries(Object.entries(one).map(([key, words]) => [key, words.map(folded)])))

test('a page finds the same words as the clinic would, without a connection', () => {
  for (const [text, danger] of read('tests/server/safety/danger/said.json')) assert.equal(speaksOfDanger([text], lists), danger, text)
  assert.equal(speaksOfDanger(['I want to', 'die Blume'], lists), false)
  assert.equal(speaksOfDanger(['I want to die'], []), false)
})

test('from there a way leads on to what was written', () => {
  assert.equal(placeAfter('/me/tools/thought/a-1?notice=kept'), '/me/safe?after=%2Fme%2Ftools%2Fthought%2Fa-1')
  assert.equal(placeAfter(), '/me/safe')
})
