// @ts-check
// What the marks of the board look like: the outline of a stroke, the lines of a note. Pure.

import { getStroke } from '../../../vendor/perfect-freehand/index.js'

const PEN = { size: 9, thinning: 0.55, smoothing: 0.5, streamline: 0.4, simulatePressure: false }
export const LETTER = 30
const LINE_LETTERS = 24

/** The outline as the path of an SVG or a canvas. @param {readonly number[]} points  x, y, pressure of 0-100, ... @returns {string} */
export function outline(points) {
  const all = []
  for (let at = 0; at < points.length; at += 3) all.push([points[at], points[at + 1], points[at + 2] / 100])
  const edge = getStroke(all, PEN)
  if (!edge.length) return ''
  const round = (/** @type {number} */ value) => Math.round(value * 10) / 10
  const curves = edge.map(([x, y], at) => {
    const [x1, y1] = edge[(at + 1) % edge.length]
    return `${round(x)} ${round(y)} ${round((x + x1) / 2)} ${round((y + y1) / 2)}`
  })
  return `M${round(edge[0][0])} ${round(edge[0][1])}Q${curves.join(' ')}Z`
}

/** A note in short lines; a word that is too long is broken. @param {string} text @returns {string[]} */
export function linesOf(text) {
  const lines = ['']
  for (const word of text.split(' ').flatMap((one) => one.match(new RegExp(`.{1,${LINE_LETTERS}}`, 'gu')) ?? [])) {
    const last = lines[lines.length - 1]
    if (last && last.length + word.length + 1 > LINE_LETTERS) lines.push(word)
    else lines[lines.length - 1] = last ? `${last} ${word}` : word
  }
  return lines
}
