// @ts-check
// The badge above the picture, the alarm below it, and the sheet on which two people compare their words: draws what it is told.

/**
 * @param {HTMLElement} call
 * @param {{words: (key: string, values?: Record<string, string | undefined>) => string, answer: (same: boolean) => void}} page
 */
export function openCompare(call, { words, answer }) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (call.querySelector(`[data-${name}]`))
  const sheet = /** @type {HTMLDialogElement} */ (part('compare'))
  const spoken = document.documentElement.lang.startsWith('en') // the words are English; both pages have the digits

  /** @param {{level: string, outcome: import('./sas.js').Outcome | null}} trust @param {string} name @param {string} phone */
  function render({ level, outcome }, name, phone) {
    const said = outcome ? (spoken ? outcome.words.join(' ') : outcome.digits) : ''
    const badge = /** @type {HTMLButtonElement} */ (part('badge'))
    badge.dataset.level = level
    badge.disabled = !outcome && level === 'plain'
    write(part('badge-text'), words(`badge.${level}`, { name }))
    write(part('badge-words'), level === 'compared' ? said : '')
    const alarm = words(`alarm.${level}`, { name, phone })
    write(part('alarm'), alarm)
    part('alarm').hidden = !alarm
    sheet.dataset.level = level
    write(part('said'), said || words('compare.soon', { name }))
    write(part('digits'), spoken && outcome ? words('compare.digits', { digits: outcome.digits }) : '')
    write(part('result'), words(`result.${level}`, { name, phone }))
    part('answers').hidden = !outcome
  }

  /** @type {Record<string, () => void>} */
  const PRESS = {
    compare: () => sheet.showModal(),
    match: () => { answer(true); sheet.close() },
    differ: () => answer(false),
  }

  return {
    render,
    /** @param {string} name */
    press: (name) => PRESS[name]?.(),
  }
}

/** Writes only what changed: a live region is read again at every write. @param {HTMLElement} at @param {string} text */
function write(at, text) {
  if (at.textContent !== text) at.textContent = text
}
