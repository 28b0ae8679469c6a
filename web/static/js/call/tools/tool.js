// @ts-check
// What two people do together in the call: one begins it, and it goes on in step on both pages. Drawing and channel only; what
// runs and where it is by now says step.js.

import { at, move, once } from '../../calm/course.js'
import { clock } from '../../calm/sitting.js'
import { openGrid } from './grid.js'
import { decode } from './messages.js'
import { openSheet } from './sheet.js'
import { openStep } from './step.js'

const EVERY_MS = 100
const ASK_MS = [0, 150, 400, 900, 1600, 2500]
const ASK_AGAIN_MS = 10_000
/** What does not run: tool -> its title. @type {Record<string, string>} */
const LOOKED_AT = { mood: 'tool.mood', thought: 'tool.thought' }

/** @typedef {{name: string, steps: import('../../calm/course.js').Step[], cycles: number}} Course */

/** As the page writes them: tool -> course. @param {string} text @returns {Record<string, Course>} */
function written(text) {
  /** @type {[string, {name: string, steps: [string, string, number][], cycles: number}][]} */
  const found = Object.entries(JSON.parse(text))
  return Object.fromEntries(found.map(([tool, { name, steps, cycles }]) => [tool, { name, cycles, steps: steps.map(([kind, key, ms]) => ({ kind, key, ms })) }]))
}

/**
 * @param {HTMLElement} call
 * @param {object} page
 * @param {ReturnType<typeof import('../wire.js').openWire>} page.wire
 * @param {(key: string, values?: Record<string, string | undefined>) => string} page.words
 * @param {() => string} page.name  of the other person @param {() => string} page.me  own id in the room
 * @param {{now: () => number, later: (work: () => void, ms: number) => any, cancel: (timer: any) => void, server: () => Promise<number | null>}} page.world
 *   now: ms of a clock that only goes forward; server: what the server's clock says
 */
export function openTool(call, { wire, words, name, me, world }) {
  const tool = /** @type {HTMLElement | null} */ (call.querySelector('[data-together]'))
  if (!tool) return { press: () => {} }
  const root = tool
  const part = (/** @type {string} */ what) => /** @type {HTMLElement} */ (root.querySelector(`[data-tool-${what}]`))
  const choose = /** @type {HTMLElement | null} */ (root.querySelector('[data-tool-choose]'))
  const more = /** @type {HTMLDialogElement} */ (call.querySelector('[data-more]'))
  const courses = written(root.querySelector('[data-courses]')?.textContent || '{}')
  /** @type {Set<RTCDataChannel>} */ const channels = new Set()
  /** @type {any} */ let timer = null
  let place = -2
  let open = false

  /** @param {import('./messages.js').Message} said */
  function send(said) {
    for (const one of channels) if (one.readyState === 'open') one.send(JSON.stringify(said))
  }

  const step = openStep({ me: () => me() || 'me', now: world.now, changed, send })
  const grid = openGrid(root, { words, name, send })
  const sheet = openSheet(root, { me: () => me() || 'me', send })

  wire.take('tool', {
    opened: (channel) => {
      channels.add(channel)
      step.anew()
      if (step.run?.tool === 'mood') grid.begin()
      sheet.anew()
      for (const ms of ASK_MS) world.later(ask, ms)
      draw()
    },
    closed: (channel) => {
      channels.delete(channel)
      draw()
    },
    heard: (data) => {
      const now = world.now()
      const said = decode(data)
      if (said?.t === 'mood') return grid.theirs(said)
      if (said?.t === 'write') return sheet.theirs(said)
      const before = step.run
      if (said) step.take(said, now)
      if (said?.t === 'run' && step.run && (!before || before.tool !== step.run.tool)) say('tool.began', nameOf(step.run.tool))
    },
  })
  world.later(again, ASK_AGAIN_MS)

  function again() {
    if (channels.size && step.run) ask()
    world.later(again, ASK_AGAIN_MS)
  }

  async function ask() {
    step.ask()
    const sent = world.now()
    const at = await world.server()
    if (at !== null) step.served(sent, at, world.now())
  }

  /** @param {string} which */
  const nameOf = (which) => (which in LOOKED_AT ? words(LOOKED_AT[which]) : (courses[which]?.name ?? ''))

  /** @param {string} key @param {string} [text] */
  function say(key, text) {
    part('news').textContent = words(key, { name: name(), text })
  }

  /** Something else runs, or nothing. */
  function changed() {
    const { run } = step
    const inside = root.contains(document.activeElement)
    open = Boolean(run)
    place = -2
    part('title').textContent = run ? nameOf(run.tool) : words('tool.title')
    part('run').hidden = !run || run.tool in LOOKED_AT
    for (const which of Object.keys(LOOKED_AT)) part(which).hidden = run?.tool !== which
    if (choose) choose.hidden = Boolean(run)
    for (const each of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-tool-paused]'))) {
      each.hidden = each.dataset.toolPaused !== (run?.paused == null ? 'no' : 'yes')
    }
    if (!run) say('tool.ended')
    if (run?.tool === 'mood') grid.begin()
    show()
    draw()
    if (inside) hold()
  }

  /** Whoever goes by keyboard stays here when what they pressed goes away, and with the controls when all of this does. */
  function hold() {
    if (root.hidden) return /** @type {HTMLElement | null} */ (call.querySelector('[data-control=more]'))?.focus()
    if (!root.contains(document.activeElement) || !document.activeElement?.checkVisibility()) part('title').focus()
  }

  function show() {
    root.hidden = !open
    call.classList.toggle('with-board', open || !call.querySelector('[data-board]')?.hasAttribute('hidden'))
  }

  function draw() {
    world.cancel(timer)
    part('alone').hidden = channels.size > 0
    part('alone').textContent = words('tool.alone', { name: name() })
    const course = step.run && courses[step.run.tool]
    if (!course || !step.run) return
    const left = drawn(course, step.gone())
    if (left > 0 && step.run.paused === null) timer = world.later(draw, Math.min(EVERY_MS, left + 1))
  }

  /** @param {Course} course @param {number} gone @returns {number} ms until something changes; 0 when it is over */
  function drawn({ steps, cycles }, gone) {
    if (gone < 0) {
      enter(-1, words('tool.ready'), '', 600)
      part('count').textContent = String(Math.ceil(-gone / 1000))
      return -gone
    }
    const now = at(steps, cycles, gone)
    if (!now) {
      step.end()
      return 0
    }
    const follows = steps[(now.place + 1) % steps.length].kind
    enter(now.place, now.step.key, move(now.step.kind, follows), now.left)
    part('count').textContent = steps.length < 6 ? String(Math.ceil(now.left / 1000)) : ''
    const left = Math.ceil((once(steps) * cycles - gone) / 1000) * 1000
    part('left').textContent = words('tool.left', { text: clock(left) })
    return now.left
  }

  /** @param {number} next @param {string} word @param {string} to @param {number} ms */
  function enter(next, word, to, ms) {
    if (next === place) return
    place = next
    root.dataset.place = String(next)
    root.style.setProperty('--step', `${ms}ms`)
    if (to) root.dataset.move = to
    if (word) part('word').textContent = word
  }

  /** @type {Record<string, () => void>} */
  const PRESS = {
    tool: () => {
      more.close()
      open = true
      show()
      part('title').focus()
    },
    'tool-begin': () => {
      for (const ms of ASK_MS) world.later(ask, ms)
      part('news').textContent = ''
      step.begin(/** @type {HTMLSelectElement} */ (root.querySelector('#tool-which')).value)
    },
    'tool-turn': () => step.turn(),
    'close-tool': () => {
      if (step.run) return step.end()
      open = false
      show()
      hold()
    },
    'tool-home': async () => {
      const body = new URLSearchParams({ exercise: step.run?.tool ?? '' })
      const answer = await fetch(root.dataset.homeUrl ?? '', { method: 'POST', body }).catch(() => null)
      part('news').classList.remove('unseen')
      say(answer?.ok ? 'tool.home' : 'tool.home.not')
    },
    'tool-keep': async () => {
      const headers = { accept: 'application/json' }
      const answer = await fetch(root.dataset.keepUrl ?? '', { method: 'POST', body: sheet.entry(), headers }).catch(() => null)
      part('news').classList.remove('unseen')
      say(answer?.ok && !answer.redirected ? 'tool.kept' : 'tool.kept.not')
    },
  }
  return { press: (/** @type {string} */ pressed) => PRESS[pressed]?.() }
}
