// @ts-check
// The calls that were tried: noted beside the page, so that nothing of the session is left for it.

const ANSWER_MS = 8000

/** @param {HTMLElement} call */
export function openTries(call) {
  const part = call.querySelector('[data-phone-part]')
  if (!part) return
  // The page of the visit looks after its own truth; a part under the call never opens the page anew.
  part.addEventListener('part-moved', (event) => event.preventDefault())
  for (const kind of ['part-moved', 'part-unsure', 'part-fetched']) part.addEventListener(kind, (event) => event.stopPropagation())
  part.addEventListener('submit', async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target)
    event.preventDefault()
    if (form.ariaBusy === 'true') return
    form.ariaBusy = 'true'
    const kept = await send(form, /** @type {SubmitEvent} */ (event).submitter)
    form.ariaBusy = 'false'
    const far = /** @type {HTMLElement | null} */ (form.querySelector('[data-far]'))
    if (far) far.hidden = kept
    if (kept) /** @type {any} */ (part).refresh?.()
  })
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter @returns {Promise<boolean>} whether the clinic has it */
async function send(form, submitter) {
  try {
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, submitter)))
    const options = { method: 'POST', body, headers: { Accept: 'application/json' } }
    return (await fetch(form.action, { ...options, signal: AbortSignal.timeout(ANSWER_MS) })).ok
  } catch {
    return false
  }
}
