// @ts-check
// The panel of files: draws what it is told, tells what was picked and pressed. Names are text and never markup.

import { ending, mayRun, sizeOf } from './names.js'

/** Which buttons stand under a line. @type {Record<string, readonly string[]>} */
const PRESSES = {
  'mine.picked': ['offer', 'stop'], 'mine.offered': ['stop'], 'mine.flowing': ['stop'], 'mine.checking': ['stop'], 'mine.lost': ['again'],
  'mine.bad': ['again'], 'theirs.offered': ['accept', 'refuse'], 'theirs.flowing': ['stop'], 'theirs.checking': ['stop'], 'theirs.done': ['save'],
}

/**
 * @param {HTMLElement} panel
 * @param {{words: (key: string, values?: Record<string, string | undefined>) => string, name: () => string, link: (id: number) => string,
 *   pick: (files: Iterable<File>) => void, press: (what: any, id: number) => void}} page
 */
export function openList(panel, { words, name, link, pick, press }) {
  const part = (/** @type {string} */ what) => /** @type {HTMLElement} */ (panel.querySelector(`[data-${what}]`))
  const list = part('files-list')
  const pattern = /** @type {HTMLTemplateElement} */ (part('files-line'))
  const field = /** @type {HTMLInputElement} */ (part('files-pick'))
  /** @type {Map<number, {at: HTMLElement, said: string}>} */ const lines = new Map()

  field.addEventListener('change', () => {
    pick([...(field.files ?? [])])
    field.value = ''
  })
  panel.addEventListener('click', (event) => {
    const at = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-file]'))
    const id = Number(/** @type {HTMLElement | null} */ (at?.closest('[data-id]'))?.dataset.id)
    if (at && at.dataset.file !== 'save') press(at.dataset.file, id)
  })

  /** @param {readonly import('./transfers.js').Transfer[]} all @param {{waits: boolean, reaches: boolean}} now */
  function draw(all, now) {
    for (const [id, { at }] of lines) {
      if (all.some((one) => one.id === id)) continue
      at.remove()
      lines.delete(id)
    }
    for (const one of all) fill(one, now)
    part('files-none').hidden = all.length > 0
  }

  /** @param {import('./transfers.js').Transfer} one */
  function make(one) {
    const at = /** @type {HTMLElement} */ (/** @type {Element} */ (pattern.content.firstElementChild).cloneNode(true))
    at.dataset.id = String(one.id)
    at.classList.toggle('mine', one.mine)
    write(at, 'name', one.name)
    const kind = ending(one.name).toUpperCase() || words('file.no-ending')
    write(at, 'about', words('file.about', { size: sizeOf(one.size, document.documentElement.lang), kind, type: one.kind || words('file.unknown') }))
    write(at, 'runs', !one.mine && mayRun(one.name) ? words('file.runs') : '')
    list.append(at)
    return { at, said: '' }
  }

  /** @param {import('./transfers.js').Transfer} one @param {{waits: boolean, reaches: boolean}} now */
  function fill(one, { waits, reaches }) {
    const line = lines.get(one.id) ?? make(one)
    lines.set(one.id, line)
    const key = `${one.mine ? 'mine' : 'theirs'}.${one.stage}`
    const held = one.mine && one.stage === 'flowing' && waits ? '.waits' : ''
    const said = words(`file.${key}${held}`, { name: name(), file: one.name })
    write(line.at, 'state', said)
    if (line.said && line.said !== said) write(panel, 'news', `${one.name}: ${said}`)
    line.said = said
    const bar = /** @type {HTMLProgressElement} */ (line.at.querySelector('progress'))
    bar.hidden = one.stage !== 'flowing' && one.stage !== 'checking'
    bar.max = Math.max(one.size, 1)
    bar.value = one.moved
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (line.at.querySelectorAll('[data-file]'))) {
      button.hidden = !PRESSES[key]?.includes(button.dataset.file ?? '')
      if (['offer', 'again'].includes(button.dataset.file ?? '')) /** @type {HTMLButtonElement} */ (button).disabled = !reaches
    }
    const save = /** @type {HTMLAnchorElement} */ (line.at.querySelector('[data-file=save]'))
    if (key === 'theirs.done' && save.download !== one.name) Object.assign(save, { href: link(one.id), download: one.name })
  }

  return { draw }
}

/** Only what changed: a live region is read again at every write. @param {HTMLElement} root @param {string} part @param {string} text */
function write(root, part, text) {
  const at = /** @type {HTMLElement} */ (root.querySelector(`[data-file-${part}]`))
  if (at.textContent !== text) at.textContent = text
  if (part !== 'news') at.hidden = !text
}
