// @ts-check
// Sound that survives a bad network: every packet carries the one before it too (RED, RFC 2198), and what is still missing
// is asked for again (NACK, RFC 4585). Browsers can do both for sound and offer neither by themselves; one that cannot is
// left as it is. Pure but for `redFirst`.

/** @typedef {{mimeType: string}} Codec */

const RED = 'audio/red'
const AUDIO = /^m=audio .*?(?=^m=|(?![\s\S]))/gms

/**
 * The order of codecs with redundancy first; nothing where this browser has none.
 * @template {Codec} C @param {readonly C[]} codecs @returns {C[]}
 */
export function withRedFirst(codecs) {
  const red = codecs.filter((one) => one.mimeType.toLowerCase() === RED)
  return red.length ? [...red, ...codecs.filter((one) => !red.includes(one))] : []
}

/**
 * For the line of the microphone, before this side describes itself.
 * @param {RTCRtpTransceiver | undefined} line
 * @param {readonly RTCRtpCodec[]} [codecs]  what this browser can receive
 * @returns {boolean}  whether it has redundancy
 */
export function redFirst(line, codecs = globalThis.RTCRtpReceiver?.getCapabilities?.('audio')?.codecs ?? []) {
  const order = withRedFirst(codecs)
  if (order.length) line?.setCodecPreferences?.(order)
  return order.length > 0
}

/**
 * The other side's description as this browser is to take it: it then asks for lost sound again. For the redundant
 * payload too, which is the one in use where both sides have it; where the other side has none, nothing changes.
 * @param {string} sdp @returns {string}
 */
export function withAudioNack(sdp) {
  return sdp.replace(AUDIO, (section) => {
    const map = (/** @type {string} */ name) => [...section.matchAll(new RegExp(`^a=rtpmap:(\\d+) ${name}/`, 'gim'))].map((found) => found[1])
    const red = map('red')
    if (!red.length) return section
    return [...map('opus'), ...red].reduce(askAgain, section)
  })
}

/** @param {string} section @param {string} payload */
function askAgain(section, payload) {
  if (new RegExp(`^a=rtcp-fb:${payload} nack\\s*$`, 'm').test(section)) return section
  return section.replace(new RegExp(`^a=rtpmap:${payload} [^\\r\\n]*(\\r?\\n|$)`, 'm'), `$&a=rtcp-fb:${payload} nack$1`)
}
