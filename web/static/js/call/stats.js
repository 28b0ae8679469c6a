// @ts-check
// What a connection counts: the only place that asks a connection for it, and plain values for who wants to know. Everything
// counts up from the connection's start, so two make a rate; what the browser does not say is 0, or null where that would
// mislead.

/**
 * @typedef {object} Route  the pair of addresses that carries the call
 * @property {string} id
 * @property {number} packetsReceived @property {number} bytesReceived
 * @property {number} packetsSent @property {number} bytesSent
 * @property {number | null} rtt  seconds
 * @property {number | null} available  bit/s that this browser believes may go out
 *
 * @typedef {object} Heard  their sound, in samples as played
 * @property {number} samples @property {number} concealed  invented ones, but for those in silence
 * @property {number} packets @property {number} lost
 *
 * @typedef {object} Said  our sound, in packets
 * @property {number} packets  what was sent again is among them
 * @property {number} again @property {number} told  share of late that the other side misses, 0 to 1
 * @property {number | null} rtt  seconds, by the other side's reports
 *
 * @typedef {{at: number, route: Route | null, heard: Heard | null, said: Said | null}} Sample  at: ms
 */

/** By id; empty where the connection was closed meanwhile. @param {RTCPeerConnection} pc @returns {Promise<Map<string, any>>} */
export const read = async (pc) => new Map(/** @type {any} */ (await pc.getStats().catch(() => [])))

/** Everything that ever arrived: media, control packets, checks of the path. @param {Iterable<any>} stats */
export function arrived(stats) {
  let packets = 0
  for (const stat of stats) {
    if (stat.type === 'transport') packets += stat.packetsReceived ?? stat.bytesReceived ?? 0
    if (stat.type === 'candidate-pair') packets += (stat.responsesReceived ?? 0) + (stat.requestsReceived ?? 0)
  }
  return packets
}

/** What leaves of the microphone: packets, and its energy, null where that is not counted. @param {Iterable<any>} stats */
export function leaving(stats) {
  let sent = 0
  /** @type {number | null} */ let energy = null
  for (const { type, kind, packetsSent = 0, totalAudioEnergy = null } of stats) {
    if (type === 'outbound-rtp' && kind === 'audio') sent += packetsSent
    if (type === 'media-source' && kind === 'audio') energy = totalAudioEnergy
  }
  return { sent, energy }
}

/** The two certificates that DTLS uses; null: not known yet, or never. @param {Map<string, any>} stats */
export function certificates(stats) {
  const transport = [...stats.values()].find((one) => one.type === 'transport' && one.remoteCertificateId)
  return transport ? [transport.localCertificateId, transport.remoteCertificateId].map((id) => stats.get(id)) : null
}

/** @param {Iterable<any>} stats @param {number} at @returns {Sample} */
export function sampleOf(stats, at) {
  const all = [...stats]
  const one = (/** @type {string} */ type) => all.find((stat) => stat.type === type && stat.kind === 'audio')
  return { at, route: routeOf(all), heard: heardOf(one('inbound-rtp')), said: saidOf(one('outbound-rtp'), one('remote-inbound-rtp')) }
}

/** The pair in use: the transport names it, or (Firefox) the pair says so itself. @param {any[]} all @returns {Route | null} */
function routeOf(all) {
  const named = all.find((stat) => stat.type === 'transport' && stat.selectedCandidatePairId)?.selectedCandidatePairId
  const pair = all.find((stat) => stat.type === 'candidate-pair' && (named ? stat.id === named : stat.selected))
  if (!pair) return null
  const { id, packetsReceived = 0, bytesReceived = 0, packetsSent = 0, bytesSent = 0 } = pair
  return {
    id, packetsReceived, bytesReceived, packetsSent, bytesSent,
    rtt: pair.currentRoundTripTime ?? null, available: pair.availableOutgoingBitrate ?? null,
  }
}

/** @param {any} sound @returns {Heard | null} */
function heardOf(sound) {
  if (!sound) return null
  const { totalSamplesReceived = 0, concealedSamples = 0, silentConcealedSamples = 0, packetsReceived = 0, packetsLost = 0 } = sound
  return { samples: totalSamplesReceived, concealed: concealedSamples - silentConcealedSamples, packets: packetsReceived, lost: packetsLost }
}

/** @param {any} sound @param {any} report @returns {Said | null} */
function saidOf(sound, report) {
  if (!sound) return null
  return { packets: sound.packetsSent ?? 0, again: sound.retransmittedPacketsSent ?? 0, told: report?.fractionLost ?? 0, rtt: report?.roundTripTime ?? null }
}
