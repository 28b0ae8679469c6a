// @ts-check
// Admit, hold, send back, end, leave: plain forms that also work without script. With it they are sent beside the page, so
// that camera, microphone and socket stay open.

import { nextDelay } from './backoff.js'

/** @type {readonly string[]} */
const STEPS = ['admit', 'hold', 'send-back', 'end', 'leave']
/** Whoever goes has gone: said again until the server hears it. @type {readonly string[]} */
const LASTING = ['end', 'leave']
const ANSWER_MS = 8000

/**
 * @param {Document} document
 * @param {{before: (step: string) => void, after: (step: string, status: number) => void}} hooks
 *   before runs in the click itself; after when the server has answered, 0: it has not. A leave and an end that it did not
 *   hear are said again, and after is called each time
 */
export function sendBeside(document, { before, after }) {
  document.addEventListener('submit', (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target)
    const step = STEPS.find((name) => form.hasAttribute(`data-${name}`))
    if (!step || event.defaultPrevented) return
    event.preventDefault()
    if (form.ariaBusy === 'true') return
    form.ariaBusy = 'true'
    form.closest('dialog')?.close()
    // On its way first: the answer is what everybody waits for.
    const again = sender(form, /** @type {HTMLElement | null} */ (event.submitter))
    const answer = again()
    before(step)
    untilHeard(answer, step, again).then((status) => {
      form.ariaBusy = 'false'
      after(step, status)
    })
  })

  /** @param {Promise<number>} answer @param {string} step @param {() => Promise<number>} again */
  async function untilHeard(answer, step, again) {
    for (let tries = 0; ; tries += 1) {
      const status = await answer
      if (!LASTING.includes(step) || !outOfReach(status)) return status
      after(step, status)
      await new Promise((done) => setTimeout(done, nextDelay(tries, true, Math.random)))
      answer = again()
    }
  }
}

/** Nobody answered, or a proxy in front of nobody did. @param {number} status */
export const outOfReach = (status) => status === 0 || status >= 500

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
function sender(form, submitter) {
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form, submitter)))
  /** @returns {Promise<number>} */
  return async () => {
    try {
      const options = { method: 'POST', body, headers: { Accept: 'application/json' }, keepalive: true }
      return (await fetch(form.action, { ...options, signal: AbortSignal.timeout(ANSWER_MS) })).status
    } catch {
      return 0
    }
  }
}
