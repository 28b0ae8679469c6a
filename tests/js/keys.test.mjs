// Single keys press the buttons of the session: whatever the keyboard writes, and never with another key held.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KEYS, controlOf } from '../../web/static/js/call/keys.js'

const plain = { code: '', ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false }
const press = (key, more = {}) => controlOf({ ...plain, key, ...more })

test('letters, capitals too, and the question mark', () => {
  assert.deepEqual(['m', 'M', 'v', 'c', 'd', '?'].map((key) => press(key)), ['mute', 'mute', 'camera', 'chat', 'share', 'keys-list'])
})

test('another key held is meant for the browser, the system or a screen reader', () => {
  for (const held of ['ctrlKey', 'metaKey', 'altKey', 'repeat', 'isComposing']) assert.equal(press('m', { [held]: true }), '')
})

test('a keyboard of other letters is read by the place of its keys', () => {
  assert.equal(press('ة', { code: 'KeyM' }), 'mute')
  assert.equal(press('м', { code: 'KeyV' }), 'camera')
  assert.equal(press('؟', { code: 'Slash' }), 'keys-list')
})

test('a letter of another place on a Latin keyboard is the letter it writes', () => assert.equal(press('w', { code: 'KeyV' }), ''))

test('nothing else presses anything: what a screen reader and a page need stays theirs', () => {
  for (const key of ['Enter', ' ', 'Tab', 'Escape', 'ArrowDown', 'Insert', 'CapsLock', 'Home', 'F6', 'h', 'b', 's', 'y', 'n', 'l', 'constructor']) assert.equal(press(key), '', key)
  assert.equal(Object.keys(KEYS).length, 5)
})
