// @ts-check
// A thought record that both write on in the call. Of what was written in a field the latest holds, of two alike the higher
// name; it is said again when the channel opens. Nothing of it is kept, unless its patient keeps it in their own space.

/** @typedef {{t: 'write', field: string, at: number, by: string, text: string}} Written */

/** What both have written, field by field. Pure. @param {() => string} me */
export function openPages(me) {
  /** @type {Map<string, Written>} */ const fields = new Map()
  return {
    /** @param {string} field @param {string} text @returns {Written} to be sent */
    mine(field, text) {
      /** @type {Written} */ const said = { t: 'write', field, at: (fields.get(field)?.at ?? 0) + 1, by: me(), text }
      fields.set(field, said)
      return said
    },
    /** Whether it holds from now on. @param {Written} said */
    theirs(said) {
      const before = fields.get(said.field)
      if (before && (said.at < before.at || (said.at === before.at && said.by <= before.by))) return false
      fields.set(said.field, said)
      return true
    },
    all: () => [...fields.values()],
  }
}

/**
 * @param {HTMLElement} root
 * @param {{me: () => string, send: (said: Written) => void}} page
 */
export function openSheet(root, { me, send }) {
  const pages = openPages(me)
  const inputs = /** @type {(HTMLInputElement | HTMLTextAreaElement)[]} */ ([...root.querySelectorAll('[data-sheet]')])
  for (const one of inputs) one.addEventListener('input', () => send(pages.mine(one.dataset.sheet ?? '', one.value)))

  return {
    /** @param {Written} said */
    theirs(said) {
      const input = inputs.find((one) => one.dataset.sheet === said.field)
      if (!input || !pages.theirs(said) || input.value === said.text) return
      const [from, to] = input.type === 'range' ? [null, null] : [input.selectionStart, input.selectionEnd]
      input.value = said.text
      if (document.activeElement === input && from !== null) input.setSelectionRange(from, to) // their letters, our place
    },
    /** The road is open again. */
    anew: () => pages.all().forEach(send),
    /** As the form of a thought record takes it. @returns {URLSearchParams} */
    entry() {
      const body = new URLSearchParams({ id: crypto.randomUUID(), form: 'full', later: 'yes', zone: Intl.DateTimeFormat().resolvedOptions().timeZone })
      for (const { field, text } of pages.all()) {
        const kept = field === 'strength' ? text.replace(/\D/g, '') : text.trim()
        if (kept && !(field === 'strength' && Number(kept) > 100)) body.set(inputs.find((one) => one.dataset.sheet === field)?.name ?? field, kept)
      }
      return body
    },
  }
}
