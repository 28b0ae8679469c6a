// @ts-check
// M, V and C press the buttons of the same name; never while somebody types, and only while the person wants it so.

/** @type {Record<string, string>} */
const KEYS = { m: 'mute', v: 'camera', c: 'chat' }

/** @param {Document} document @param {() => boolean} wanted @param {(control: string) => void} press */
export function listenForKeys(document, wanted, press) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || !wanted()) return
    const at = /** @type {HTMLElement} */ (event.target)
    if (at.isContentEditable || at.closest('input, textarea, select, dialog')) return
    const control = KEYS[event.key.toLowerCase()]
    if (!control) return
    event.preventDefault()
    press(control)
  })
}
