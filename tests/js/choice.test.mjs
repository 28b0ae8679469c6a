import assert from 'node:assert/strict'
import { test } from 'node:test'

import { openChoice } from '../../web/static/js/call/choice.js'

class Store {
  kept = new Map()
  getItem = (name) => this.kept.get(name) ?? null
  setItem = (name, value) => this.kept.set(name, value)
}

class ClosedStore {
  getItem() { throw new Error('closed') }
  setItem() { throw new Error('closed') }
}

test('devices last in the browser, the wish to open them only in this tab and for this visit', () => {
  const [lasting, passing] = [new Store(), new Store()]
  const choice = openChoice(lasting, passing, 'a')
  choice.remember({ mic: 'm1' })
  choice.remember({ camera: 'c1' })
  choice.want({ mic: true })
  assert.deepEqual(openChoice(lasting, new Store(), 'a').devices(), { mic: 'm1', camera: 'c1' })
  assert.equal(openChoice(lasting, new Store(), 'a').wanted(), null)
  assert.equal(openChoice(lasting, passing, 'b').wanted(), null)
  assert.deepEqual(openChoice(lasting, passing, 'a').wanted(), { mic: true, camera: false })
})

test('a browser that keeps nothing, or something strange, asks anew', () => {
  const closed = openChoice(new ClosedStore(), new ClosedStore(), 'a')
  closed.want({ mic: true })
  assert.equal(closed.wanted(), null)
  const strange = new Store()
  strange.setItem('parlour.devices', 'not json')
  assert.deepEqual(openChoice(strange, strange, 'a').devices(), {})
})
