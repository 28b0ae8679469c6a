// @ts-check
// The chat beside the picture: lines with who and whether they arrived, a field, and how many are new.

import { openPanel } from './panels.js'

/**
 * @param {HTMLElement} call
 * @param {{words: (key: string, values?: Record<string, string>) => string, write: (text: string) => void,
 *   nameOf: (peer: string) => string}} page  nameOf: '' for the own lines
 */
export function openChat(call, { words, write, nameOf }) {
  const panel = /** @type {HTMLElement} */ (call.querySelector('[data-chat]'))
  const list = /** @type {HTMLElement} */ (panel.querySelector('[data-lines]'))
  const pattern = /** @type {HTMLTemplateElement} */ (panel.querySelector('[data-line]'))
  const form = /** @type {HTMLFormElement} */ (panel.querySelector('[data-write]'))
  const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('text'))
  const count = /** @type {HTMLElement} */ (call.querySelector('[data-unread]'))
  const control = /** @type {HTMLElement} */ (call.querySelector('[data-control=chat]'))
  let unread = 0

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = field.value.trim()
    if (!text) return
    write(text)
    field.value = ''
  })
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    form.requestSubmit()
  })
  control.setAttribute('aria-expanded', 'false')
  const { toggle } = openPanel(call, panel, {
    focus: field, back: control,
    stays: () => call.dataset.medium === 'text', // it is how the two meet now
    moved: (open) => {
      call.classList.toggle('with-chat', open)
      control.setAttribute('aria-expanded', String(open))
      if (open) news(0)
    },
  })

  /** @param {number} many */
  function news(many) {
    unread = many
    count.hidden = !many
    count.textContent = many ? words('chat.count', { count: String(many) }) : ''
  }

  /** @param {import('./room.js').Line} line @returns {HTMLElement} */
  function element({ id, from, text, delivered }) {
    const item = /** @type {HTMLElement} */ (/** @type {Element} */ (pattern.content.firstElementChild).cloneNode(true))
    const name = nameOf(from)
    item.dataset.id = id
    item.classList.toggle('mine', !name)
    const [who, what, state] = item.children
    who.textContent = name || words('chat.you')
    what.textContent = text
    state.textContent = name ? '' : words(delivered ? 'chat.delivered' : 'chat.sent')
    return item
  }

  /** @param {import('./room.js').Line} line @param {boolean} fresh */
  function put(line, fresh) {
    const old = [...list.children].find((one) => /** @type {HTMLElement} */ (one).dataset.id === line.id)
    if (old) old.replaceWith(element(line))
    else list.append(element(line))
    settle()
    if (fresh && panel.hidden) news(unread + 1)
  }

  function settle() {
    const none = /** @type {HTMLElement} */ (panel.querySelector('[data-none]'))
    none.hidden = list.childElementCount > 0
    list.scrollTop = list.scrollHeight
  }

  return {
    toggle,
    put,
    /** @param {readonly import('./room.js').Line[]} lines */
    putAll: (lines) => {
      list.replaceChildren(...lines.map(element))
      settle()
    },
  }
}
