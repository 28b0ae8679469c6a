// @ts-check
// Single keys press the buttons of the session; never while somebody types, and only while the person wants it so. A screen
// reader that reads takes single letters for itself before the page hears of them, so no key here needs Ctrl, Alt or Shift.
// S, Y and N are those of the checklist beside the call.

/** @type {Readonly<Record<string, string>>} */
export const KEYS = Object.freeze({ m: 'mute', v: 'camera', c: 'chat', d: 'share', '?': 'keys-list' })

/**
 * Which control a key presses; '' for none. By its letter, else by its place: on an Arabic keyboard the key M writes another letter.
 * @param {{key: string, code: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, repeat: boolean, isComposing: boolean}} event
 */
export function controlOf({ key, code, ctrlKey, metaKey, altKey, repeat, isComposing }) {
  if (ctrlKey || metaKey || altKey || repeat || isComposing) return ''
  const letter = /^[\x20-\x7e]$/.test(key) ? key.toLowerCase() : key.length === 1 ? code.replace(/^Key/, '').toLowerCase() : ''
  const meant = key === '؟' ? '?' : letter
  return Object.hasOwn(KEYS, meant) ? KEYS[meant] : ''
}

/** @param {Document} document @param {() => boolean} wanted @param {(control: string) => void} press */
export function listenForKeys(document, wanted, press) {
  document.addEventListener('keydown', (event) => {
    const control = controlOf(event)
    if (!control || !wanted()) return
    const at = /** @type {HTMLElement} */ (event.target)
    if (at.isContentEditable || at.closest('input, textarea, select, dialog')) return
    event.preventDefault()
    press(control)
  })
}
