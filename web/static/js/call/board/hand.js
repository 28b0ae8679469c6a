// @ts-check
// What this person does on the board, as messages: strokes on the way and whole, notes, what is taken away. No DOM.

import { LIMITS, blank, apply, hasRoom, lastOf, near, snapshot } from './doc.js'
import { cleanText } from './messages.js'

const REACH = 16
const APART = 2 // nearer points than this add nothing

/**
 * @param {object} page
 * @param {() => string} page.me @param {() => string} page.random  8 letters and digits at least
 * @param {(said: import('./messages.js').Message) => void} page.send
 * @param {(doc: import('./doc.js').Doc) => void} page.changed
 * @param {() => void} page.full  there is no room for more
 */
export function openHand({ me, random, send, changed, full }) {
  let doc = blank()
  /** @type {{id: string, at: number, by: string, colour: number, points: number[]} | null} */ let stroke = null
  let told = 0 // numbers of the stroke that the other side has

  /** @param {import('./messages.js').Message} said */
  function take(said) {
    const before = doc
    doc = apply(doc, said)
    if (doc !== before) changed(doc)
    return before !== doc
  }

  /** @param {import('./messages.js').Message} said */
  function put(said) {
    if (take(said)) send(said)
  }

  const next = () => doc.clock + 1
  const named = () => {
    const at = next()
    return { id: `${at}.${random()}`, at, by: me() }
  }

  /** @param {string} id */
  const away = (id) => put({ t: 'gone', at: doc.marks[id].at, id })

  function tellLive() {
    if (!stroke || stroke.points.length === told) return
    send({ t: 'live', at: stroke.at, mark: { ...stroke, points: stroke.points.slice(told) }, from: told })
    told = stroke.points.length
  }

  function end() {
    if (!stroke) return
    const mark = stroke
    stroke = null
    const said = { t: /** @type {const} */ ('mark'), at: mark.at, mark }
    send(take(said) ? said : { t: 'gone', at: mark.at, id: mark.id }) // cleared meanwhile, or no room any more
    changed(doc)
  }

  return {
    doc: () => doc,
    take,
    /** Strokes under way, of either side. */
    live: () => [...Object.values(doc.live), ...(stroke ? [stroke] : [])],
    /** @param {number} colour @param {number[]} place */
    begin(colour, place) {
      if (!hasRoom(doc, false, LIMITS.stroke)) {
        full()
        return false
      }
      stroke = { ...named(), colour, points: [...place] }
      told = 0
      changed(doc)
      return true
    },
    /** @param {number[]} place */
    go(place) {
      if (!stroke) return
      const [x, y] = stroke.points.slice(-3)
      if (Math.hypot(place[0] - x, place[1] - y) < APART) return
      stroke.points.push(...place)
      changed(doc)
      if (stroke.points.length < LIMITS.stroke * 3) return
      const { colour } = stroke // a long one goes on as another
      end()
      if (hasRoom(doc, false, LIMITS.stroke)) stroke = { ...named(), colour, points: [...place] }
      told = 0
    },
    end,
    tellLive,
    /** @param {number} colour @param {number} x @param {number} y @param {string} raw */
    note(colour, x, y, raw) {
      const text = cleanText(raw)
      if (!text) return false
      if (!hasRoom(doc, true)) {
        full()
        return false
      }
      const mark = { ...named(), colour, x: Math.round(x), y: Math.round(y), text }
      put({ t: 'mark', at: mark.at, mark })
      return true
    },
    /** @param {number} x @param {number} y */
    erase: (x, y) => near(doc, me(), x, y, REACH).forEach(away),
    away,
    undo() {
      const last = lastOf(doc, me())
      if (last) away(last.id)
      return Boolean(last)
    },
    clear: () => put({ t: 'clear', at: doc.clock }),
    /** @param {boolean} on */
    show: (on) => { if (doc.shown.on !== on) put({ t: 'show', at: next(), on, by: me() }) },
    snapshot: () => snapshot(doc),
  }
}
