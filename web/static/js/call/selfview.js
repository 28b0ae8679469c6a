// @ts-check
// The own picture: small, in one of four corners, dragged there or moved by a button, hidden on wish. Both are remembered.

const CORNERS = ['end-end', 'end-start', 'start-start', 'start-end']

/**
 * @param {HTMLElement} figure  with data-corner: block and inline side
 * @param {ReturnType<typeof import('./choice.js').openChoice>} choice
 */
export function moveSelfView(figure, choice) {
  const stage = /** @type {HTMLElement} */ (figure.parentElement)
  /** @type {{x: number, y: number} | null} */ let from = null
  put(choice.devices().corner ?? figure.dataset.corner ?? CORNERS[0])

  /** @param {string} corner */
  function put(corner) {
    figure.dataset.corner = CORNERS.includes(corner) ? corner : CORNERS[0]
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    if (!from) return
    figure.style.setProperty('translate', `${event.clientX - from.x}px ${event.clientY - from.y}px`)
  }

  /** @param {PointerEvent} event */
  function drop(event) {
    if (!from) return
    const moved = Math.hypot(event.clientX - from.x, event.clientY - from.y) > 8
    from = null
    figure.style.removeProperty('translate')
    if (!moved) return
    const box = stage.getBoundingClientRect()
    const late = event.clientX > box.left + box.width / 2
    const inline = late === (getComputedStyle(stage).direction === 'ltr') ? 'end' : 'start'
    settle(`${event.clientY > box.top + box.height / 2 ? 'end' : 'start'}-${inline}`)
  }

  /** @param {string} corner */
  function settle(corner) {
    put(corner)
    choice.remember({ corner })
  }

  figure.addEventListener('pointerdown', (event) => {
    from = { x: event.clientX, y: event.clientY }
    figure.setPointerCapture(event.pointerId)
  })
  figure.addEventListener('pointermove', drag)
  figure.addEventListener('pointerup', drop)
  figure.addEventListener('pointercancel', drop)
  return {
    /** For those who do not drag. */
    next: () => settle(CORNERS[(CORNERS.indexOf(figure.dataset.corner ?? '') + 1) % CORNERS.length]),
  }
}
