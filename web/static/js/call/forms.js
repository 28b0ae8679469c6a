// @ts-check
// Admit, hold, send back, end, leave: plain forms that also work without script. With it they are sent beside the page, so
// that camera, microphone and socket stay open.

/** @type {readonly string[]} */
const STEPS = ['admit', 'hold', 'send-back', 'end', 'leave']

/**
 * @param {Document} document
 * @param {{before: (step: string) => void, after: (step: string, status: number) => void}} hooks
 *   before runs in the click itself; after when the server has answered, 0: it has not
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
    const answer = send(form, /** @type {HTMLElement | null} */ (event.submitter))
    before(step)
    answer.then((status) => {
      form.ariaBusy = 'false'
      after(step, status)
    })
  })
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter @returns {Promise<number>} */
async function send(form, submitter) {
  try {
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, submitter)))
    const options = { method: 'POST', body, headers: { Accept: 'application/json' }, keepalive: true }
    return (await fetch(form.action, options)).status
  } catch {
    return 0
  }
}
