// @ts-check
// The board as a picture on daylight paper, kept where the person says; it is drawn here and goes nowhere else.

import { HEIGHT, WIDTH, inOrder, isNote } from './doc.js'
import { LETTER, linesOf, outline } from './shapes.js'

/** @param {import('./doc.js').Doc} doc @param {SVGSVGElement} surface  whose colours are used @param {string} name */
export async function savePicture(doc, surface, name) {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH * 2, height: HEIGHT * 2 })
  const at = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
  const { paper, inks, font } = coloursOf(surface)
  at.scale(2, 2)
  at.fillStyle = paper
  at.fillRect(0, 0, WIDTH, HEIGHT)
  at.font = `${LETTER}px ${font}`
  for (const mark of inOrder(doc)) {
    at.fillStyle = inks[mark.colour]
    if (isNote(mark)) linesOf(mark.text).forEach((line, row) => at.fillText(line, mark.x, mark.y + row * LETTER * 1.2))
    else at.fill(new Path2D(outline(mark.points)))
  }
  const blob = /** @type {Blob} */ (await new Promise((done) => canvas.toBlob(done, 'image/png')))
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** As they are by day, whatever the call around it is. @param {SVGSVGElement} surface */
function coloursOf(surface) {
  surface.classList.add('board-day')
  const colour = (/** @type {Element | null} */ one) => (one ? getComputedStyle(one).fill : '')
  const found = {
    paper: colour(surface.querySelector('.board-paper')), font: getComputedStyle(surface).fontFamily,
    inks: [...surface.querySelectorAll('[data-inks] > *')].map(colour),
  }
  surface.classList.remove('board-day')
  return found
}
