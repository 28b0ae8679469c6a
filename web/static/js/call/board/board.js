// @ts-check
// The whiteboard beside the call: one board on two pages over their own connection. The clinic's server never has it.

import { HEIGHT, WIDTH, inOrder } from './doc.js'
import { openHand } from './hand.js'
import { decode } from './messages.js'
import { savePicture } from './picture.js'
import { openSurface } from './surface.js'
import { linesOf, newsOf } from './texts.js'

const LIVE_MS = 80

/**
 * @param {HTMLElement} call
 * @param {object} page
 * @param {ReturnType<typeof import('../wire.js').openWire>} page.wire
 * @param {(key: string, values?: Record<string, string | undefined>) => string} page.words
 * @param {() => string} page.name  of the other person @param {() => string} page.me  own id in the room
 */
export function openBoard(call, { wire, words, name, me }) {
  const board = /** @type {HTMLElement} */ (call.querySelector('[data-board]'))
  const part = (/** @type {string} */ what) => /** @type {HTMLElement} */ (board.querySelector(`[data-board-${what}]`))
  const sheet = /** @type {SVGSVGElement} */ (board.querySelector('[data-surface]'))
  const more = /** @type {HTMLDialogElement} */ (call.querySelector('[data-more]'))
  const back = /** @type {HTMLElement} */ (call.querySelector('[data-control=more]'))
  const sure = /** @type {HTMLDialogElement} */ (call.querySelector('[data-board-sure]'))
  const form = /** @type {HTMLFormElement} */ (part('note'))
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem('note'))
  /** @type {Set<RTCDataChannel>} */ const channels = new Set()
  let tool = 'pen'
  let colour = 0
  let spot = [60, 90]
  let asked = 0

  const hand = openHand({
    me: () => me() || 'me', random: () => crypto.randomUUID().replaceAll('-', '').slice(0, 12),
    send: (said) => { for (const one of channels) tell(one, said) },
    changed: () => { asked ||= requestAnimationFrame(draw) },
    full: () => say('board.full'),
  })
  const surface = openSurface(sheet, {
    begin: (place) => hand.begin(colour, place), go: hand.go, end: hand.end, erase: hand.erase, tool: () => tool,
    place: (x, y) => {
      spot = [x, y]
      field.focus()
    },
    said: (key) => say(`board.key.${key}`),
  })

  /** @param {RTCDataChannel} channel @param {import('./messages.js').Message} said */
  function tell(channel, said) {
    if (channel.readyState === 'open') channel.send(JSON.stringify(said))
  }

  wire.take('board', {
    opened: (channel) => {
      channels.add(channel)
      for (const said of hand.snapshot()) tell(channel, said)
      draw()
    },
    closed: (channel) => {
      channels.delete(channel)
      draw()
    },
    heard: (data) => {
      const said = decode(data)
      if (!said) return
      const before = hand.doc()
      hand.take(said)
      const news = newsOf(before, hand.doc(), said, me())
      if (news) say(news.key, news.text)
      if (said.t === 'show') shown()
    },
  })

  /** @param {string} key @param {string} [text] */
  function say(key, text) {
    const at = part('news')
    const said = words(key, { name: name(), text })
    at.textContent = at.textContent === said ? `${said}\u00a0` : said // said again, it is read again
  }

  function draw() {
    asked = 0
    const doc = hand.doc()
    surface.draw([...inOrder(doc), ...hand.live()])
    part('alone').hidden = channels.size > 0
    part('alone').textContent = words('board.alone', { name: name() })
    if (!part('text').hidden) list()
  }

  function list() {
    const lines = linesOf(hand.doc())
    const rows = lines.map((line) => {
      const row = document.createElement('li')
      const who = line.by === me() ? words('chat.you') : name()
      if ('text' in line) {
        row.append(Object.assign(document.createElement('bdi'), { textContent: words('board.line.note', { who, text: line.text }) }))
        if (line.by === me()) row.append(away(line.id))
      } else row.textContent = words(line.strokes === 1 ? 'board.line.stroke' : 'board.line.strokes', { who, count: String(line.strokes) })
      return row
    })
    part('lines').replaceChildren(...rows)
    part('none').hidden = rows.length > 0
  }

  /** @param {string} id */
  function away(id) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'link link-alone', textContent: words('board.away') })
    button.addEventListener('click', () => {
      hand.away(id)
      part('lines').focus()
    })
    return button
  }

  function shown() {
    const { on } = hand.doc().shown
    board.hidden = !on
    call.classList.toggle('with-board', on || Boolean(call.querySelector('.tool:not([hidden])')))
    if (on) draw()
  }

  /** @param {string} name @param {string} value */
  function choose(name, value) {
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (board.querySelectorAll(`[data-${name}]`))) {
      one.setAttribute('aria-pressed', String(one.dataset[name] === value))
    }
  }

  board.addEventListener('click', (event) => {
    const at = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-tool], [data-colour]'))
    if (at?.dataset.tool) choose('tool', (tool = at.dataset.tool))
    if (at?.dataset.colour) choose('colour', String((colour = Number(at.dataset.colour))))
    form.hidden = tool !== 'note'
  })
  board.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z' || event.target === field) return
    event.preventDefault()
    PRESS['board-undo']()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!hand.note(colour, Math.min(spot[0], WIDTH - 320), Math.max(spot[1], 40), field.value)) return
    field.value = ''
    spot = [spot[0], spot[1] + 50 > HEIGHT - 40 ? 90 : spot[1] + 50]
    say('board.noted')
  })
  setInterval(hand.tellLive, LIVE_MS)

  /** @type {Record<string, () => void>} */
  const PRESS = {
    board: () => {
      more.close()
      hand.show(true)
      shown()
      part('title').focus()
    },
    'close-board': () => {
      hand.show(false)
      shown()
      back.focus()
    },
    'board-undo': () => say(hand.undo() ? 'board.undone' : 'board.nothing'),
    'board-clear': () => { if (inOrder(hand.doc()).length) sure.showModal() },
    'board-clear-yes': () => {
      sure.close()
      hand.clear()
      say('board.cleared')
    },
    'board-save': () => savePicture(hand.doc(), sheet, `${words('board.file')}.png`),
    'board-text': () => {
      const open = part('text').hidden
      part('text').hidden = !open
      part('paper').hidden = open
      call.querySelector('[data-act=board-text]')?.setAttribute('aria-pressed', String(open))
      if (open) list()
    },
  }

  return {
    /** @param {string} name */
    press: (name) => PRESS[name]?.(),
  }
}
