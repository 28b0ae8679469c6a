import assert from 'node:assert/strict'
import { test } from 'node:test'

import { openRefused } from '../../web/static/js/call/refused.js'

test('what is refused while waiting is told with what was refused before, and nothing is told in the session', () => {
  const told = []
  let waits = true
  const refused = openRefused('/visit/v/check/result', () => waits, (url, figures) => told.push([url, figures]))
  refused('mic', 'denied')
  refused('camera', 'busy')
  waits = false
  refused('mic', 'gone')
  assert.deepEqual(told, [['/visit/v/check/result', { mic: 'denied' }], ['/visit/v/check/result', { mic: 'denied', camera: 'busy' }]])
})
