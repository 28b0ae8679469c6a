// @ts-check
// The stage as DOM: draws what it is told, tells which control was pressed, decides nothing.

import { initials } from './sentences.js'

/**
 * @typedef {object} Model
 * @property {string} phase @property {string} standing @property {string} flow
 * @property {boolean} shown  the stage instead of the page around it
 * @property {string} name
 * @property {{mic: boolean, camera: boolean, screen: boolean}} mine @property {{camera: boolean, screen: boolean}} theirs
 * @property {string} sentence @property {string} notice @property {readonly string[]} help  which buttons may help
 * @property {boolean} calm  another page of this person has the visit, and nobody is in a session: asked in the waiting room
 * @property {boolean} badge  there is a connection that something can be said of
 * @property {boolean} selfView @property {boolean} keys
 * @param {HTMLElement} call
 */
export function openView(call) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (call.querySelector(`[data-${name}]`))
  const remote = /** @type {HTMLVideoElement} */ (part('remote'))
  const screen = /** @type {HTMLVideoElement} */ (part('screen'))
  const sound = /** @type {HTMLAudioElement} */ (part('sound'))
  const self = /** @type {HTMLVideoElement} */ (part('self').querySelector('video'))
  const places = { mic: sound, camera: remote, screen }
  /** @type {Element[]} */ let asleep = []

  /** @param {Model} model */
  function render(model) {
    show(model)
    Object.assign(call.dataset, { phase: model.phase, standing: model.standing, media: model.flow })
    write(part('name'), model.name)
    write(part('initials'), initials(model.name))
    write(part('sentence'), model.sentence)
    write(part('notice'), model.notice)
    part('notice').hidden = !model.notice
    part('badge').hidden = !model.badge
    part('picture').dataset.shows = shows(model)
    screen.hidden = !model.theirs.screen
    part('self').hidden = !(model.mine.camera && model.selfView)
    face('[data-control=mute]', model.mine.mic)
    face('[data-control=camera]', model.mine.camera)
    face('[data-control=share]', !model.mine.screen)
    face('[data-act=self-view]', model.selfView)
    face('[data-act=keys]', model.keys)
    for (const act of /** @type {NodeListOf<HTMLElement>} */ (part('help').querySelectorAll('[data-act]'))) {
      act.hidden = !model.help.includes(act.dataset.act ?? '')
    }
    part('help').hidden = !model.help.length
  }

  /** @param {Model} model */
  function shows({ flow, theirs, phase }) {
    if (phase === 'elsewhere' || phase === 'left' || flow === 'none') return 'nothing'
    if (theirs.screen) return 'screen'
    if (!theirs.camera) return 'initials'
    // A browser draws pictures it need not show four times a second: the place is open before the first one comes.
    return call.dataset.remoteframes ? 'picture' : 'coming'
  }

  /** The page around the stage sleeps while the stage is shown, so that nobody tabs into what nobody sees. @param {Model} model */
  function show({ shown }) {
    if (call.hidden !== shown) return
    call.hidden = !shown
    document.documentElement.classList.toggle('in-call', shown)
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-waiting]'))) one.hidden = shown
    for (const one of asleep) one.removeAttribute('inert')
    asleep = shown ? around(call).filter((one) => !one.hasAttribute('inert')) : []
    for (const one of asleep) one.setAttribute('inert', '')
    if (shown) part('name').focus({ preventScroll: true })
    else rest(document.querySelector('h1'))
  }

  /** @param {string} selector @param {boolean} on */
  function face(selector, on) {
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (call.querySelectorAll(selector))) {
      one.dataset.state = on ? 'on' : 'off'
      for (const side of /** @type {NodeListOf<HTMLElement>} */ (one.querySelectorAll('[data-when]'))) {
        side.hidden = (side.dataset.when === 'on') !== on
      }
    }
  }

  /** @param {'mic' | 'camera' | 'screen'} kind @param {MediaStreamTrack} track @param {() => void} drawn  first picture */
  function attach(kind, track, drawn) {
    const place = places[kind]
    place.srcObject = new MediaStream([track])
    if (kind !== 'camera') return
    const first = (/** @type {number} */ at) => {
      if (remote.srcObject && !call.dataset.remoteframes) call.dataset.remoteframes = String(at)
      drawn()
    }
    if ('requestVideoFrameCallback' in remote) remote.requestVideoFrameCallback(first)
    else place.addEventListener('loadeddata', () => first(performance.now()), { once: true })
  }

  /** Forgets the other side's picture and sound. */
  function detach() {
    for (const place of Object.values(places)) place.srcObject = null
    delete call.dataset.remoteframes
  }

  return {
    render,
    attach,
    detach,
    /** A phone stops the picture of a page that was hidden, and may not go on by itself. */
    goOn: () => { for (const place of [remote, screen]) if (place.srcObject && place.paused) place.play().catch(() => {}) },
    part,
    sound,
    /** @param {MediaStreamTrack | null} track */
    mirror: (track) => { self.srcObject = track && new MediaStream([track]) },
    /** @param {(name: string) => void} press */
    onPress: (press) => call.addEventListener('click', (event) => {
      const at = /** @type {Element} */ (event.target).closest('[data-control], [data-act]')
      if (at instanceof HTMLElement && at.closest('#call') === call) press(at.dataset.control ?? at.dataset.act ?? '')
    }),
  }
}

/** Writes only what changed: a live region is read again at every write. @param {HTMLElement} at @param {string} text */
function write(at, text) {
  if (at.textContent !== text) at.textContent = text
}

/** Puts the focus on a heading, which takes none by itself. @param {HTMLElement | null} heading */
function rest(heading) {
  if (!heading) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}

/** Everything in the body that is neither inside nor around the stage. @param {Element} stage @returns {Element[]} */
function around(stage) {
  const found = []
  for (let at = stage; at !== document.body && at.parentElement; at = at.parentElement) {
    for (const sibling of at.parentElement.children) if (sibling !== at) found.push(sibling)
  }
  return found
}
