// @ts-check
// Why a browser did not give a microphone or camera, as a code that the page has words for. Pure.

/** @typedef {'denied' | 'dismissed' | 'system' | 'none' | 'busy' | 'insecure' | 'unsupported' | 'slow'} Reason */
/** @typedef {'chrome' | 'chrome-phone' | 'firefox' | 'safari' | 'safari-phone' | 'samsung' | 'other'} Family */

/** @type {Record<string, Reason>} */
const BY_NAME = {
  NotFoundError: 'none', DevicesNotFoundError: 'none', OverconstrainedError: 'none',
  NotReadableError: 'busy', TrackStartError: 'busy', AbortError: 'busy',
  SecurityError: 'insecure', TypeError: 'unsupported', NotSupportedError: 'unsupported',
  TooSlow: 'slow',
}

/**
 * @param {{name?: string, message?: string}} error  what getUserMedia gave
 * @param {string} permission  'granted', 'prompt', 'denied', or '' where the browser does not say
 * @returns {Reason}
 */
export function reasonOf({ name = '', message = '' }, permission) {
  if (name !== 'NotAllowedError' && name !== 'PermissionDeniedError') return BY_NAME[name] ?? 'busy'
  if (/system/i.test(message) || permission === 'granted') return 'system'
  if (/dismiss/i.test(message) || permission === 'prompt') return 'dismissed'
  return 'denied'
}

/** Before anybody asks: whether asking can work. @param {{secure: boolean, devices: boolean}} page @returns {Reason | null} */
export function hopeless({ secure, devices }) {
  if (!secure) return 'insecure'
  return devices ? null : 'unsupported'
}

/** Whose words about its own settings fit. @param {string} agent @param {number} touch  maxTouchPoints @returns {Family} */
export function familyOf(agent, touch) {
  const apple = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touch > 1)
  if (apple) return 'safari-phone' // every browser there is Safari inside
  if (/SamsungBrowser/.test(agent)) return 'samsung'
  if (/Firefox\//.test(agent)) return 'firefox'
  if (/Chrome\/|Chromium\//.test(agent)) return /Android/.test(agent) ? 'chrome-phone' : 'chrome'
  return /Safari\//.test(agent) ? 'safari' : 'other'
}
