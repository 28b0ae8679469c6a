import assert from 'node:assert/strict'
import { test } from 'node:test'

import { median, read, throughput } from '../../web/static/js/check/figures.js'
import { after, report, standing } from '../../web/static/js/check/flow.js'

test('the best half second counts, not the slow beginning nor the pause at the end', () => {
  assert.equal(throughput([]), null)
  assert.equal(throughput([0, 0]), null)
  assert.equal(throughput([12500]), 1000)
  assert.equal(throughput([100, 200, 12500, 12500, 12500, 12500, 12500, 0, 0, 0]), 1000)
  assert.equal(throughput([1250, 1250]), 100)
})

test('the middle of the round trips', () => {
  assert.equal(median([]), null)
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([4, 1]), 1)
})

const STATS = [
  { type: 'transport', id: 'T', selectedCandidatePairId: 'P2' },
  { type: 'candidate-pair', id: 'P1', nominated: true, state: 'succeeded', localCandidateId: 'A', currentRoundTripTime: 9 },
  { type: 'candidate-pair', id: 'P2', nominated: true, state: 'succeeded', localCandidateId: 'B', currentRoundTripTime: 0.041 },
  { type: 'local-candidate', id: 'A', candidateType: 'host' },
  { type: 'local-candidate', id: 'B', candidateType: 'relay' },
  { type: 'outbound-rtp', kind: 'audio', packetsSent: 200 },
  { type: 'remote-inbound-rtp', kind: 'audio', packetsLost: 10, jitter: 0.012 },
  { type: 'inbound-rtp', kind: 'audio', packetsReceived: 160, packetsLost: 40, jitter: 0.03 },
  { type: 'inbound-rtp', kind: 'video', framesDecoded: 71 },
]

test('loss is that of the worse way, jitter that of the worse end, the path the one in use', () => {
  const found = read(STATS)
  assert.equal(found.way, 'relay')
  assert.ok(Math.abs(found.loss - 0.15) < 1e-9, String(found.loss)) // 5 % upwards, 20 % there and back
  assert.deepEqual([found.jitter, found.rtt, found.frames], [30, 41, 71])
})

test('a packet that came twice is no negative loss, and what was not counted is not known', () => {
  const doubled = STATS.map((one) => (one.packetsLost === undefined ? one : { ...one, packetsLost: -3 }))
  assert.equal(read(doubled).loss, 0)
  assert.deepEqual(read([]), { way: 'direct', loss: null, jitter: null, rtt: null, frames: 0 })
})

test('one step after the other, and none after the last', () => {
  assert.deepEqual(['mic', 'speaker', 'camera', 'network'].map(after), ['speaker', 'camera', 'network', 'over'])
  assert.deepEqual(standing('speaker'), { mic: 'done', speaker: 'now', camera: 'coming', network: 'coming' })
  assert.deepEqual(new Set(Object.values(standing('over'))), new Set(['done']))
})

test('the report holds what was measured and nothing else', () => {
  const network = { way: 'direct', relay: 'absent', loss: 0, rtt_ms: null, up_kbps: undefined }
  const found = { mic: 'open', camera: 'denied', speaker: 'heard', loudest: 0.61803, dark: true, network }
  assert.deepEqual(report(found), {
    mic: 'open', camera: 'denied', speaker: 'heard', dark: false, level: 0.62, way: 'direct', relay: 'absent', loss: 0,
  })
  assert.equal('level' in report({ ...found, mic: 'skipped' }), false)
})
