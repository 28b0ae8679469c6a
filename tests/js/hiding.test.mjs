import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { hidden } from '../../web/static/js/call/hiding.js'

const RELAY = 'candidate:3 1 udp 41885439 203.0.113.7 49170 typ relay raddr 198.51.100.4 rport 50001 generation 0'
const BARE = 'candidate:3 1 udp 41885439 203.0.113.7 49170 typ relay raddr 0.0.0.0 rport 0 generation 0'
const HOST = 'candidate:1 1 udp 2122260223 192.168.1.20 53421 typ host generation 0'
const trickle = (candidate) => ({ stream: 'call', kind: 'candidate', attempt: 1, body: { candidate: { candidate, sdpMid: '0' } } })

describe('a clinic that hides addresses', () => {
  test('says no candidate that is not a relay', () => {
    for (const type of ['host', 'srflx', 'prflx', 'HOST', 'host typ relay', '']) {
      assert.equal(hidden(trickle(HOST.replace('host', type))), null, type)
    }
    assert.equal(hidden(trickle(`${RELAY}\r\na=${HOST}`)), null)
  })

  test('says a relay candidate without the address behind it, and that there are no more', () => {
    assert.deepEqual(hidden(trickle(RELAY)), trickle(BARE))
    const last = { kind: 'candidate', body: { candidate: null } }
    assert.equal(hidden(last), last)
    const restart = { kind: 'restart', body: {} }
    assert.equal(hidden(restart), restart)
  })

  test('says a description without addresses, and otherwise as it was', () => {
    const around = (address, candidates) => `v=0\r\no=- 1 2 ${address}\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=${address}\r\n`
      + `a=rtcp:9 ${address}\r\n${candidates.map((one) => `a=${one}\r\n`).join('')}a=fingerprint:sha-256 AA:BB\r\n`
    const said = hidden({ kind: 'offer', attempt: 2, body: { sdp: around('IN IP6 fd00::1', [HOST, RELAY]) } })
    assert.deepEqual(said, { kind: 'offer', attempt: 2, body: { sdp: around('IN IP4 0.0.0.0', [BARE]) } })
  })
})
