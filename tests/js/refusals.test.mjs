import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

import { familyOf, hopeless, reasonOf } from '../../web/static/js/call/refusals.js'

const error = (name, message = '') => ({ name, message })

test('what browsers throw becomes a reason', () => {
  const cases = [
    [error('NotAllowedError', 'Permission denied'), 'denied', 'denied'],
    [error('NotAllowedError', 'Permission dismissed'), 'prompt', 'dismissed'],
    [error('NotAllowedError', 'Permission denied by system'), 'granted', 'system'],
    [error('NotAllowedError', 'The request is not allowed by the user agent'), '', 'denied'],
    [error('NotAllowedError'), 'prompt', 'dismissed'],
    [error('NotFoundError'), 'granted', 'none'],
    [error('OverconstrainedError'), '', 'none'],
    [error('NotReadableError', 'Could not start video source'), 'granted', 'busy'],
    [error('AbortError'), '', 'busy'],
    [error('SecurityError'), '', 'insecure'],
    [error('TypeError'), '', 'unsupported'],
  ]
  for (const [thrown, permission, reason] of cases) assert.equal(reasonOf(thrown, permission), reason, JSON.stringify(thrown))
})

test('where asking cannot work, nobody is asked', () => {
  assert.equal(hopeless({ secure: false, devices: false }), 'insecure')
  assert.equal(hopeless({ secure: true, devices: false }), 'unsupported')
  assert.equal(hopeless({ secure: true, devices: true }), null)
})

const AGENTS = {
  chrome: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  'chrome-phone': 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  safari: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'safari-phone': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0 Mobile/15E148 Safari/604.1',
  samsung: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  other: 'Lynx/2.9',
}

for (const [family, agent] of Object.entries(AGENTS)) {
  test(`the words of ${family}`, () => assert.equal(familyOf(agent, 0), family))
}

test('a tablet that calls itself a Mac is told apart by its touch', () => {
  assert.equal(familyOf(AGENTS.safari, 5), 'safari-phone')
})

test('every refusal of every browser has words in the page', async () => {
  const page = await readFile(new URL('../../web/templates/visit/parts/refusal_words.html', import.meta.url), 'utf8')
  const reasons = ['dismissed', 'system', 'none', 'busy', 'insecure', 'unsupported', ...Object.keys(AGENTS).map((one) => `denied.${one}`)]
  for (const device of ['mic', 'camera']) {
    const part = page.slice(page.indexOf(`'${device}': {`)).split('\n    },')[0]
    for (const reason of reasons) assert.ok(part.includes(`'${reason}': _(`), `${device}.${reason}`)
  }
})
