// @ts-check
// Performs what `medium.js` decides: the row of ways to meet, the devices, the chat in the place of the picture, the numbers
// to call; and says every choice to the clinic until it is heard.

import { nextDelay } from './backoff.js'
import { outOfReach } from './forms.js'
import { LADDER, allows, begin, offersPhone, shown, step } from './medium.js'
import { openTries } from './tries.js'

const ANSWER_MS = 8000

/** @typedef {import('./medium.js').Medium} Medium */

/**
 * @param {HTMLElement} call  data-medium-url: where a choice is said
 * @param {object} page
 * @param {string} page.role
 * @param {ReturnType<typeof import('./devices.js').openDevices>} page.devices
 * @param {ReturnType<typeof import('./choice.js').openChoice>} page.choice
 * @param {{toggle: (open?: boolean, move?: boolean) => void}} page.chat
 * @param {(kind: 'mic' | 'camera') => unknown} page.open
 * @param {(key: string) => void} page.note
 * @param {import('./face.js').Page} page.page  its `medium` is kept here
 * @param {() => boolean} page.mayTurn  this page may say how the two meet @param {() => boolean} page.live  in the session @param {() => boolean} page.waits  somebody is there, and no media flow
 * @param {() => void} page.unseen  there is no picture any more
 * @param {() => void} page.render
 */
export function openLadder(call, { role, page, devices, choice, chat, open, note, mayTurn, live, waits, unseen, render }) {
  const { mediumUrl = '' } = call.dataset
  let state = begin()
  let waitsSince = 0
  let noMic = false
  openTries(call)

  /** @param {import('./medium.js').Event} event */
  function dispatch(event) {
    const { state: next, effects } = step(state, event)
    state = next
    draw()
    for (const effect of effects) DO[effect.do](/** @type {any} */ (effect))
    render()
  }

  /** @type {Record<string, (effect: any) => unknown>} */
  const DO = {
    close: ({ kind }) => {
      if (kind !== 'screen') choice.want({ [kind]: false })
      devices.close(kind)
      if (kind === 'camera') unseen()
    },
    open: ({ kind }) => {
      if (kind === 'mic') choice.want({ muted: false })
      return open(kind)
    },
    ask: ({ medium, seen }) => ask(medium, seen),
    write: ({ focus }) => chat.toggle(true, focus),
    unwrite: () => chat.toggle(false, false),
    say: ({ key }) => note(key),
  }

  /** @param {Medium} medium @param {number} seen */
  async function ask(medium, seen) {
    for (let tries = 0; state.wish === medium && state.number === seen; tries += 1) {
      const answer = await post(medium, seen)
      if (answer.status === 200) return dispatch({ type: 'told', medium: answer.medium, number: answer.number, mine: true })
      if (!outOfReach(answer.status)) return dispatch({ type: 'refused' })
      if (!tries) note('turn.away')
      await new Promise((done) => setTimeout(done, nextDelay(tries, true, Math.random)))
    }
  }

  /** @param {Medium} medium @param {number} seen @returns {Promise<any>} */
  async function post(medium, seen) {
    try {
      const options = { method: 'POST', headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(ANSWER_MS) }
      const answer = await fetch(mediumUrl, { ...options, body: new URLSearchParams({ medium, seen: String(seen) }) })
      return { status: answer.status, ...(answer.ok ? await answer.json() : {}) }
    } catch {
      return { status: 0 }
    }
  }

  function draw() {
    const now = page.medium = call.dataset.medium = shown(state)
    for (const medium of LADDER) {
      call.querySelector(`.call-way[data-act=way-${medium}]`)?.setAttribute('aria-pressed', String(medium === now))
    }
  }

  /** @param {string} name  whether it was a press of ours: a way to meet, or a device that only another way allows */
  function press(name) {
    if (!mayTurn()) return false
    if (name === 'share' && !allows(shown(state), 'screen')) return true // there is no picture to show it in
    const medium = LADDER.find((one) => name === `way-${one}`) ?? lifts(name)
    if (medium) dispatch({ type: 'wish', medium })
    return Boolean(medium)
  }

  /** @param {string} name @returns {Medium | undefined} */
  function lifts(name) {
    if (name === 'camera' && !allows(shown(state), 'camera')) return 'video'
    return name === 'mute' && !allows(shown(state), 'mic') ? 'sound' : undefined
  }

  /** Once a second. */
  function look() {
    waitsSince = live() && waits() ? waitsSince || Date.now() : 0
  }

  /** Which buttons may help now. */
  function help() {
    const { mic, camera } = devices.tracks()
    const now = shown(state)
    const offered = offersPhone({ medium: now, live: live(), waitsSince, now: Date.now(), noMic: noMic && !mic })
    const back = state.up && live() ? [...(mic ? [] : ['mute']), ...(now === 'video' && !camera ? ['camera'] : [])] : []
    return [...back, ...(offered ? ['way-phone'] : [])]
  }

  draw()
  return {
    press,
    help,
    look,
    /** @param {{medium: Medium, number: number, by: string}} told */
    told: ({ medium, number, by }) => dispatch({ type: 'told', medium, number, mine: by === role }),
    /** @param {import('./medium.js').Kind} kind */
    allows: (kind) => allows(shown(state), kind),
    /** @param {boolean} refused  nobody gives this page a microphone */
    mic: (refused) => { noMic = refused },
  }
}
