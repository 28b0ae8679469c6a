// @ts-check
// What leaves this browser where a clinic hides addresses: relay candidates, and no address besides theirs. The browser is
// told to gather no others and the room hands no others on; this is the third lock. Pure.

const ADDRESS = /IN IP[46] \S+/

/** The signal without any address that is not a relay's; null where nothing is left to say.
 * @template {{kind: string, body: any}} T @param {T} signal @returns {T | null} */
export function hidden(signal) {
  const { candidate, sdp } = signal.body
  if (sdp !== undefined) return { ...signal, body: { sdp: described(sdp) } }
  if (!candidate?.candidate) return signal
  if (!relayed(candidate.candidate)) return null
  return { ...signal, body: { candidate: { ...candidate, candidate: unrelated(candidate.candidate) } } }
}

/** One type, written once, on one line. @param {string} text */
function relayed(text) {
  const types = [...text.matchAll(/ typ (\S+)/gi)].map(([, type]) => type.toLowerCase())
  return types.length === 1 && types[0] === 'relay' && !/[\r\n]/.test(text)
}

/** A relay candidate names the address that the relay sees, too. @param {string} text */
const unrelated = (text) => text.replace(/ raddr \S+ rport \d+/gi, ' raddr 0.0.0.0 rport 0')

/** @param {string} sdp */
const described = (sdp) => sdp.split(/(?<=\n)/).map(line).join('')

/** @param {string} text */
function line(text) {
  if (/^a=candidate:/i.test(text)) return relayed(text.trimEnd()) ? unrelated(text) : ''
  return /^(c=|o=|a=rtcp:)/.test(text) ? text.replace(ADDRESS, 'IN IP4 0.0.0.0') : text
}
