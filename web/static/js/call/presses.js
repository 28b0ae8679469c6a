// @ts-check
// What every control and every form of the call does when it is pressed.

import { outOfReach } from './forms.js'

const UNSURE_MS = 20_000 // that a step had no answer is news so long: the server may have taken it all the same

/**
 * @param {object} page
 * @param {HTMLElement} page.call
 * @param {ReturnType<typeof import('./devices.js').openDevices>} page.devices
 * @param {ReturnType<typeof import('./choice.js').openChoice>} page.choice
 * @param {{prepare: () => void, discard: () => void}} page.links
 * @param {(key: string) => string} page.words
 * @param {{next: () => void}} page.self @param {{open: () => unknown}} page.menu
 * @param {{toggle: (open?: boolean) => void}} page.chat
 * @param {ReturnType<typeof import('./signal.js').openSignal>} page.signal
 * @param {(event: any) => void} page.dispatch @param {string} page.stateUrl
 * @param {(notice: string, ms?: number) => void} page.say
 * @param {(refused: boolean) => void} page.noMic  whether this page got no microphone when it was last asked for
 * @param {(kind: 'mic' | 'camera', reason: string) => void} page.refused  a device stayed closed though it was asked for
 * @param {() => void} page.apart  what lies under the stage is wanted
 * @param {() => boolean} page.mayOpen  this page may open devices
 * @param {() => void} page.render @param {() => void} page.tellMedia @param {() => boolean} page.muted
 */
export function openPresses(page) {
  const { call, devices, links, choice, words, self, menu, chat, signal, dispatch, stateUrl, say, render } = page
  const share = /** @type {HTMLElement} */ (call.querySelector('[data-control=share]'))
  share.hidden = !devices.canShare

  /** @param {'mic' | 'camera'} kind */
  async function openOne(kind) {
    if (!page.mayOpen()) return
    const reason = await devices.open(kind)
    if (kind === 'mic') page.noMic(Boolean(reason))
    if (reason) {
      page.refused(kind, reason)
      return say(refusal(kind, reason))
    }
    choice.want({ [kind]: true })
  }

  /** @param {string} kind @param {string} reason */
  function refusal(kind, reason) {
    return words(`${kind}.${reason}.${devices.family}`) || words(`${kind}.${reason}`)
  }

  async function openBoth() {
    await Promise.all([openOne('mic'), openOne('camera')])
    render()
  }

  /** @param {boolean} muted */
  function mute(muted) {
    choice.want({ muted })
    devices.mute(muted)
    page.tellMedia()
    render()
  }

  /** @param {Partial<import('./choice.js').Devices>} change */
  function remember(change) {
    choice.remember(change)
    render()
  }

  /** @type {Record<string, () => unknown>} */
  const PRESS = {
    mute: () => {
      if (devices.tracks().mic) return mute(!page.muted())
      choice.want({ muted: false })
      return openOne('mic')
    },
    camera: () => {
      if (!devices.tracks().camera) return openOne('camera')
      choice.want({ camera: false })
      devices.close('camera')
    },
    share: () => !share.hidden && page.mayOpen() && (devices.tracks().screen ? devices.close('screen') : devices.share()),
    chat: () => chat.toggle(),
    'close-chat': () => chat.toggle(false),
    more: () => menu.open(),
    'keys-list': () => sheet('keys'),
    leave: () => /** @type {HTMLDialogElement} */ (call.querySelector('[data-ask]')).showModal(),
    here: () => dispatch({ type: 'socket.again' }),
    there: () => {
      page.apart()
      say(words('apart'))
    },
    again: () => signal.hurry(),
    'mic-again': () => page.mayOpen() && devices.again('mic'),
    'camera-again': () => page.mayOpen() && devices.again('camera'),
    page: () => location.assign(stateUrl),
    'self-view': () => remember({ selfView: choice.devices().selfView === false }),
    'move-self': () => self.next(),
    keys: () => remember({ keys: choice.devices().keys === false }),
  }

  /** @param {string} name  of the dialog that takes the place of the one that is open */
  function sheet(name) {
    const opens = /** @type {HTMLDialogElement} */ (call.querySelector(`[data-${name}]`))
    for (const one of /** @type {NodeListOf<HTMLDialogElement>} */ (call.querySelectorAll('dialog[open]'))) one.close()
    opens.showModal()
  }

  /** Gone by own wish, and the clinic does not know it yet. */
  function go() {
    signal.close()
    dispatch({ type: 'gone', at: Date.now(), told: false })
  }

  const steps = {
    /** @param {string} step */
    before(step) {
      if (step === 'admit') links.prepare()
      say('')
      if (step !== 'leave') return
      // Whoever leaves is neither seen nor heard from this moment on, whatever the network does.
      signal.send({ type: 'leave' })
      signal.close()
      dispatch({ type: 'gone', at: Date.now(), told: true })
    },
    /** @param {string} step @param {number} status  of the answer, 0 without one */
    after(step, status) {
      if (step === 'admit' && !(status >= 200 && status < 300)) links.discard()
      if (outOfReach(status) && (step === 'leave' || step === 'end')) return go()
      if (outOfReach(status)) return say(words('step.away'), UNSURE_MS)
      if (status >= 400 || step === 'leave') return location.assign(stateUrl) // the page shows the truth
      if (step === 'end') dispatch({ type: 'ended', reason: 'ended' })
    },
  }

  return {
    press: (/** @type {string} */ name) => PRESS[name]?.(),
    steps,
    openBoth,
    open: openOne,
    /** Both, where this browser asks no more. */
    async granted() {
      const states = await Promise.all([devices.permission('mic'), devices.permission('camera')])
      return states.every((one) => one === 'granted') ? { mic: true, camera: true } : null
    },
  }
}
