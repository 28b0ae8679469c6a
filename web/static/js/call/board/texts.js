// @ts-check
// The board in words: what is on it, and what just changed. Pure.

import { inOrder, isNote } from './doc.js'

/** @typedef {{by: string, strokes: number} | {by: string, id: string, text: string}} Line */

/** Notes one by one, strokes that follow each other counted together. @param {import('./doc.js').Doc} doc @returns {Line[]} */
export function linesOf(doc) {
  /** @type {Line[]} */ const lines = []
  for (const mark of inOrder(doc)) {
    const last = lines.at(-1)
    if (isNote(mark)) lines.push({ by: mark.by, id: mark.id, text: mark.text })
    else if (last && 'strokes' in last && last.by === mark.by) last.strokes += 1
    else lines.push({ by: mark.by, strokes: 1 })
  }
  return lines
}

/**
 * What a message of the other page changed, as key of words and what to fill in; null where there is nothing to say. After a
 * reload that page gives back what this person did before: nobody is told of their own marks.
 * @param {import('./doc.js').Doc} before @param {import('./doc.js').Doc} after @param {import('./messages.js').Message} said
 * @param {string} me
 * @returns {{key: string, text?: string} | null}
 */
export function newsOf(before, after, said, me) {
  if (before === after) return null
  if (said.t === 'clear') return Object.keys(before.marks).length ? { key: 'board.they.cleared' } : null
  if (said.t === 'show') return before.shown.on === after.shown.on ? null : { key: shown(after.shown.on, said.by === me) }
  if (said.t === 'gone') return before.marks[said.id] ? { key: 'board.they.erased' } : null
  if (said.t !== 'mark' || said.mark.by === me) return null
  return isNote(said.mark) ? { key: 'board.they.wrote', text: said.mark.text } : { key: 'board.they.drew' }
}

/** @param {boolean} on @param {boolean} mine */
const shown = (on, mine) => (on ? (mine ? 'board.still' : 'board.they.opened') : 'board.they.closed')
