// @ts-check
// What opens beside the stage, one at a time: each panel tells the others that it opens, and closes when another does.

/**
 * @param {HTMLElement} call @param {HTMLElement} panel
 * @param {{focus: HTMLElement, back: HTMLElement, stays?: () => boolean, moved?: (open: boolean) => void}} hooks
 *   focus, back: where the focus goes, and where it goes back; stays: it cannot be closed now
 */
export function openPanel(call, panel, { focus, back, stays, moved }) {
  call.addEventListener('panel', (event) => {
    if (/** @type {CustomEvent} */ (event).detail !== panel && !panel.hidden) toggle(false, false)
  })
  panel.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !event.defaultPrevented) toggle(false) })

  /** @param {boolean} [open] @param {boolean} [move]  whether the focus goes along */
  function toggle(open = panel.hidden, move = true) {
    if (open !== panel.hidden || (!open && stays?.())) return
    panel.hidden = !open
    if (open) call.dispatchEvent(new CustomEvent('panel', { detail: panel }))
    moved?.(open)
    if (move) (open ? focus : back).focus()
  }

  return { toggle }
}
