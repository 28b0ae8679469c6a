// @ts-check
// What two people do together over their own connection: files, a whiteboard, captions. Attached to the call in one place.

import { openBoard } from './board/board.js'
import { openCaptions } from './captions/captions.js'
import { openFiles } from './files/files.js'
import { openList } from './files/list.js'
import { openPanel } from './panels.js'
import { openStraight } from './straight.js'
import { serverNow } from './tools/server.js'
import { openTool } from './tools/tool.js'
import { openWire } from './wire.js'

/**
 * @param {HTMLElement} call
 * @param {object} page
 * @param {(key: string, values?: Record<string, string | undefined>) => string} page.words
 * @param {() => RTCPeerConnection | undefined} page.connection  the one that carries the call
 * @param {() => string} page.name  of the other person @param {() => string} page.me  own id in the room
 * @param {() => MediaStreamTrack | null} page.mic  what the other side hears now
 * @param {() => {video: string, sound: string}} page.quality
 * @param {(media: import('./straight.js').Media) => void} page.hear  what is on at the other side
 * @param {() => void} page.render
 */
export function openTogether(call, { words, connection, name, me, mic, quality, hear, render }) {
  const part = (/** @type {string} */ what) => /** @type {HTMLElement} */ (call.querySelector(`[data-${what}]`))
  const world = { subtle: crypto.subtle, now: Date.now, later: (/** @type {() => void} */ work, /** @type {number} */ ms) => setTimeout(work, ms) }
  const wire = openWire(connection)
  const more = /** @type {HTMLDialogElement} */ (part('more'))
  const panel = openPanel(call, part('files'), { focus: part('files-pick'), back: part('control=more'), moved: () => render() })

  const files = openFiles({
    wire, quality, world, asked: () => render(),
    draw: (list, waits) => {
      drawn.draw(list, { waits, reaches: files.reaches() })
      render()
    },
  })
  const drawn = openList(part('files'), { words, name, link: files.link, pick, press: files.press })

  const board = openBoard(call, { wire, words, name, me })
  const tool = openTool(call, {
    wire, words, name, me,
    world: { now: () => performance.timeOrigin + performance.now(), later: world.later, cancel: (timer) => clearTimeout(timer), server: () => serverNow(fetch) },
  })
  const captions = openCaptions(call, {
    world: globalThis, mic, channel: () => wire.now('caption'), take: (page) => wire.take('caption', page), words, name,
  })

  /** @param {Iterable<File>} some */
  function pick(some) {
    const large = [...some].filter((file) => !files.pick(file))
    part('files-large').textContent = large.length ? words('file.large', { files: large.map((file) => file.name).join(', ') }) : ''
    panel.toggle(true)
  }

  call.addEventListener('dragover', (event) => { if (event.dataTransfer?.types.includes('Files')) event.preventDefault() })
  call.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return
    event.preventDefault()
    pick(event.dataTransfer.files)
  })

  /** @type {Record<string, () => void>} */
  const PRESS = {
    files: () => {
      more.close()
      panel.toggle(true)
    },
    'close-files': () => panel.toggle(false),
  }

  return {
    attach: wire.attach,
    tell: openStraight(wire, hear),
    /** @param {string} name */
    press: (name) => (PRESS[name]?.(), board.press(name), tool.press(name), captions.press(name)),
    look: captions.look,
    /** What to say of it in one line, '' for nothing, and what can be pressed then. */
    now: () => {
      const [first] = part('files').hidden ? files.waiting() : []
      return { notice: first ? words('file.asks', { name: name(), file: first.name }) : '', help: first ? ['files'] : [] }
    },
  }
}
