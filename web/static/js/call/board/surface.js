// @ts-check
// The surface of the board: draws marks as shapes, and turns pointer and keys into strokes. Decides nothing.

import { HEIGHT, LIMITS, WIDTH, isNote } from './doc.js'
import { LETTER, linesOf, outline } from './shapes.js'

const SVG = 'http://www.w3.org/2000/svg'
const STEP = 12
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/**
 * @typedef {object} Hooks
 * @property {(place: number[]) => boolean} begin  x, y, pressure; whether a stroke begins
 * @property {(place: number[]) => void} go @property {() => void} end @property {(x: number, y: number) => void} erase
 * @property {(x: number, y: number) => void} place  where the next note goes @property {() => string} tool  pen, eraser or note
 * @property {(key: string) => void} said  what a key did
 * @param {SVGSVGElement} surface @param {Hooks} hooks
 */
export function openSurface(surface, hooks) {
  const marks = /** @type {SVGGElement} */ (surface.querySelector('[data-marks]'))
  const cross = /** @type {SVGGElement} */ (surface.querySelector('[data-cross]'))
  /** @type {Map<string, {at: SVGElement, points: number}>} */ const drawn = new Map()
  let pen = false // by the keys
  let spot = [WIDTH / 2, HEIGHT / 2]
  /** @type {number | null} */ let finger = null

  /** In the board's own measure, within it. @param {PointerEvent} event */
  function placeOf({ clientX, clientY, pressure, pointerType }) {
    const at = new DOMPoint(clientX, clientY).matrixTransform(surface.getScreenCTM()?.inverse())
    const hard = pointerType === 'pen' ? Math.round(pressure * 100) : 50
    return [clamp(at.x, WIDTH), clamp(at.y, HEIGHT), Math.max(1, hard)]
  }

  surface.addEventListener('pointerdown', (event) => {
    if (finger !== null || event.button) return
    const [x, y, hard] = placeOf(event)
    spot = [x, y]
    if (hooks.tool() === 'note') return hooks.place(x, y)
    if (hooks.tool() === 'pen' && !hooks.begin([x, y, hard])) return
    finger = event.pointerId
    surface.setPointerCapture(finger)
    if (hooks.tool() === 'eraser') hooks.erase(x, y)
  })
  surface.addEventListener('pointermove', (event) => {
    if (event.pointerId !== finger) return
    const all = event.getCoalescedEvents?.() ?? []
    for (const one of all.length ? all : [event]) {
      const [x, y, hard] = placeOf(one)
      if (hooks.tool() === 'eraser') hooks.erase(x, y)
      else hooks.go([x, y, hard])
    }
  })
  for (const type of /** @type {const} */ (['pointerup', 'pointercancel'])) {
    surface.addEventListener(type, (event) => {
      if (event.pointerId !== finger) return
      finger = null
      if (hooks.tool() !== 'eraser') hooks.end()
    })
  }

  surface.addEventListener('keydown', (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const arrow = ARROWS[event.key]
    if (!arrow && ![' ', 'Enter', 'Escape'].includes(event.key)) return
    if (event.key === 'Escape' && !pen) return
    event.preventDefault()
    if (arrow) return move(arrow, event.shiftKey ? 5 * STEP : STEP)
    if (pen) lift()
    else press()
  })
  surface.addEventListener('blur', () => { if (pen) lift() })

  /** @param {[number, number]} arrow @param {number} far */
  function move([dx, dy], far) {
    spot = [clamp(spot[0] + dx * far, WIDTH), clamp(spot[1] + dy * far, HEIGHT)]
    cross.setAttribute('transform', `translate(${spot[0]} ${spot[1]})`)
    if (pen) hooks.go([spot[0], spot[1], 50])
  }

  function press() {
    const [x, y] = spot
    if (hooks.tool() === 'note') return hooks.place(x, y)
    if (hooks.tool() === 'eraser') return hooks.erase(x, y)
    if (!hooks.begin([x, y, 50])) return
    pen = true
    hooks.said('down')
  }

  function lift() {
    pen = false
    hooks.end()
    hooks.said('up')
  }

  /** All there is; only what changed is drawn anew. @param {readonly import('./doc.js').Mark[]} all */
  function draw(all) {
    const ids = new Set(all.map(({ id }) => id))
    for (const [id, { at }] of drawn) {
      if (ids.has(id)) continue
      at.remove()
      drawn.delete(id)
    }
    for (const mark of all) {
      const known = drawn.get(mark.id)
      const points = isNote(mark) ? 0 : mark.points.length
      if (known?.points === points) continue
      const at = known?.at ?? marks.appendChild(document.createElementNS(SVG, isNote(mark) ? 'text' : 'path'))
      if (isNote(mark)) write(at, mark)
      else at.setAttribute('d', outline(mark.points))
      at.setAttribute('class', `board-ink-${mark.colour}`)
      drawn.set(mark.id, { at, points })
    }
  }

  cross.setAttribute('transform', `translate(${spot[0]} ${spot[1]})`)
  return { draw, spot: () => spot }
}

/** @param {SVGElement} at @param {import('./doc.js').Note} note */
function write(at, { x, y, text }) {
  linesOf(text).forEach((line, number) => {
    const row = at.appendChild(document.createElementNS(SVG, 'tspan'))
    row.setAttribute('x', String(x))
    row.setAttribute('y', String(y + number * LETTER * 1.2))
    row.textContent = line
  })
}

const clamp = (/** @type {number} */ value, /** @type {number} */ most) => Math.round(Math.min(most, Math.max(0, value)))
export const MOST_OF_A_STROKE = LIMITS.stroke
