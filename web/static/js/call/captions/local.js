// @ts-check
// Words from speech, on this device or not at all: a browser that cannot promise that is never asked to listen.

/** @typedef {{key: number, text: string, final: boolean}} Words */
/** 'ready'; 'pack': the browser could, once it has the language; 'none' @typedef {'ready' | 'pack' | 'none'} Offer */

const RESTART_MS = 400

/** @param {any} world  window @returns {any} the browser's recogniser, if it knows the promise to stay on the device */
function recogniser(world) {
  const Found = world.SpeechRecognition ?? world.webkitSpeechRecognition
  return typeof Found?.available === 'function' && Found.prototype && 'processLocally' in Found.prototype ? Found : null
}

/** Languages as recognisers name them, the page's first. @param {string} page @param {readonly string[]} known */
export function spoken(page, known) {
  const same = known.filter((one) => one.split('-')[0] === page.split('-')[0] && one.includes('-'))
  return [...new Set([...same, page])]
}

/**
 * @param {any} world @param {readonly string[]} languages
 * @returns {Promise<{offer: Offer, language: string}>}
 */
export async function onThisDevice(world, languages) {
  const Found = recogniser(world)
  let pack = ''
  for (const language of Found ? languages : []) {
    const state = await Promise.resolve(Found.available({ langs: [language], processLocally: true })).catch(() => 'unavailable')
    if (state === 'available') return { offer: 'ready', language }
    if (state === 'downloadable' || state === 'downloading') pack ||= language
  }
  return { offer: pack ? 'pack' : 'none', language: pack }
}

/**
 * Listens to one track until it is stopped; a browser that ends by itself is started again.
 * @param {any} world @param {string} language @param {MediaStreamTrack} track
 * @param {{heard: (words: Words) => void, lost: () => void, later: (work: () => void, ms: number) => any}} page
 */
export function listenTo(world, language, track, { heard, lost, later }) {
  const Found = recogniser(world)
  let over = false
  let begun = 0
  /** @type {any} */ let running = null

  function start() {
    if (over) return
    running = new Found()
    Object.assign(running, { lang: language, continuous: true, interimResults: true, processLocally: true })
    if (running.processLocally !== true) return stop(true)
    const first = begun
    running.onresult = (/** @type {any} */ { resultIndex, results }) => {
      for (let at = resultIndex; at < results.length; at += 1) {
        begun = Math.max(begun, first + at + 1)
        heard({ key: first + at, text: results[at][0].transcript.trim(), final: results[at].isFinal })
      }
    }
    running.onerror = (/** @type {any} */ { error }) => { if (!['no-speech', 'aborted'].includes(error)) stop(true) }
    running.onend = () => { if (!over) later(start, RESTART_MS) }
    try {
      running.start(track)
    } catch {
      stop(true)
    }
  }

  /** @param {boolean} [broken] */
  function stop(broken = false) {
    if (over) return
    over = true
    if (running) running.onresult = running.onerror = running.onend = null
    running?.abort?.()
    if (broken) lost()
  }

  start()
  return { stop: () => stop() }
}
