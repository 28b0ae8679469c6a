// @ts-check
// The certificates that a connection uses: what DTLS really has, from the connection's own figures.

import { certificates, read } from './stats.js'

/**
 * @param {RTCPeerConnection} pc
 * @param {SubtleCrypto} subtle
 * @returns {Promise<import('./sas.js').Pair | null>}  null: not known yet
 */
export async function fingerprints(pc, subtle) {
  const found = certificates(await read(pc))
  if (!found) return fromDescriptions(pc)
  const [own, theirs] = await Promise.all(found.map((one) => of(one, subtle)))
  return own && theirs ? { own, theirs } : null
}

/** Hashed here: a certificate's own choice of a hash is not asked. @param {any} certificate @param {SubtleCrypto} subtle */
async function of(certificate, subtle) {
  if (!certificate?.base64Certificate) return sha256(certificate ?? {})
  const bytes = Uint8Array.from(atob(certificate.base64Certificate), (letter) => letter.charCodeAt(0))
  return hex(new Uint8Array(await subtle.digest('SHA-256', bytes)))
}

/** @param {{fingerprint?: string, fingerprintAlgorithm?: string}} given */
const sha256 = ({ fingerprint, fingerprintAlgorithm }) => (fingerprintAlgorithm === 'sha-256' ? bare(fingerprint ?? '') : '')

/** Where a browser does not show certificates: what it holds DTLS to, if that is one and no choice. @param {RTCPeerConnection} pc */
function fromDescriptions({ currentLocalDescription: mine, currentRemoteDescription: other }) {
  const [own, theirs] = [mine, other].map((one) => {
    const named = new Set([...(one?.sdp ?? '').matchAll(/^a=fingerprint:(\S+) (\S+)/gim)].map(([, kind, text]) => `${kind.toLowerCase()} ${bare(text)}`))
    const [only = ''] = named
    return named.size === 1 && only.startsWith('sha-256 ') ? only.slice(8) : ''
  })
  return own && theirs ? { own, theirs } : null
}

const bare = (/** @type {string} */ text) => text.replaceAll(':', '').toLowerCase()

/** @param {Uint8Array} bytes */
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
