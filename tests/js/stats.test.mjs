import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { arrived, certificates, leaving, read, sampleOf } from '../../web/static/js/call/stats.js'

const pair = (id, more) => ({ type: 'candidate-pair', id, nominated: true, packetsReceived: 7, bytesReceived: 700, packetsSent: 8, bytesSent: 800, ...more })
const sound = { type: 'inbound-rtp', kind: 'audio', totalSamplesReceived: 48000, concealedSamples: 900, silentConcealedSamples: 400, packetsReceived: 50, packetsLost: 2 }

describe('a sample', () => {
  test('has the path that is in use, the sound that is heard and the sound that is said', () => {
    const stats = [
      { type: 'transport', selectedCandidatePairId: 'used' }, pair('left', { bytesReceived: 9000 }), pair('used', { currentRoundTripTime: 0.04, availableOutgoingBitrate: 5e5 }), sound,
      { ...sound, kind: 'video', totalSamplesReceived: 1 },
      { type: 'outbound-rtp', kind: 'audio', packetsSent: 60, retransmittedPacketsSent: 6 },
      { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.1, roundTripTime: 0.04 },
    ]
    assert.deepEqual(sampleOf(stats, 12), {
      at: 12,
      route: { id: 'used', packetsReceived: 7, bytesReceived: 700, packetsSent: 8, bytesSent: 800, rtt: 0.04, available: 5e5 },
      heard: { samples: 48000, concealed: 500, packets: 50, lost: 2 },
      said: { packets: 60, again: 6, told: 0.1, rtt: 0.04 },
    })
  })

  test('of a connection that has nothing yet says so', () => {
    assert.deepEqual(sampleOf([], 1), { at: 1, route: null, heard: null, said: null })
  })

  test('of a browser that counts less misleads nobody', () => {
    const { route, said } = sampleOf([{ type: 'candidate-pair', id: 'a', selected: true }, { type: 'outbound-rtp', kind: 'audio' }], 1)
    assert.deepEqual([route?.rtt, route?.available, route?.packetsReceived], [null, null, 0])
    assert.deepEqual(said, { packets: 0, again: 0, told: 0, rtt: null })
  })
})

describe('what else is asked for', () => {
  const transport = { type: 'transport', packetsReceived: 20, localCertificateId: 'mine', remoteCertificateId: 'theirs' }

  test('everything that arrives counts for a living path, checks without any media too', () => {
    assert.equal(arrived([transport, pair('used', { requestsReceived: 3, responsesReceived: 4 }), sound]), 27)
    assert.equal(arrived([{ type: 'transport', bytesReceived: 900 }]), 900)
    assert.equal(arrived([]), 0)
  })

  test('of the microphone what leaves, and not of the camera', () => {
    const stats = [
      { type: 'outbound-rtp', kind: 'audio', packetsSent: 60 }, { type: 'media-source', kind: 'audio', totalAudioEnergy: 0.2 },
      { type: 'outbound-rtp', kind: 'video', packetsSent: 900 }, { type: 'media-source', kind: 'video' },
    ]
    assert.deepEqual(leaving(stats), { sent: 60, energy: 0.2 })
    assert.deepEqual(leaving([]), { sent: 0, energy: null })
  })

  test('both certificates, once the other side has shown its own', () => {
    const stats = new Map([['t', transport], ['mine', { id: 'mine' }], ['theirs', { id: 'theirs' }]])
    assert.deepEqual(certificates(stats), [{ id: 'mine' }, { id: 'theirs' }])
    assert.equal(certificates(new Map([['t', { type: 'transport' }]])), null)
  })

  test('of a connection that was closed meanwhile there is nothing', async () => {
    assert.equal((await read({ getStats: async () => { throw new Error('closed') } })).size, 0)
  })
})
