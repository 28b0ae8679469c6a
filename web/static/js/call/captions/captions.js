// @ts-check
// Captions of what is said here, made on this device, shown here and to the other side over the two people's own connection.
// Off until pressed; both pages say when they are on.

import { fresh, put, read, said, told } from './lines.js'
import { listenTo, onThisDevice, spoken } from './local.js'

/**
 * @param {HTMLElement} call
 * @param {object} page
 * @param {any} page.world  window
 * @param {() => MediaStreamTrack | null} page.mic  what the other side hears now; null while muted
 * @param {() => RTCDataChannel | undefined} page.channel  the one to speak on now
 * @param {(take: {opened: (channel: RTCDataChannel) => void, closed: () => void, heard: (data: any) => void}) => void} page.take
 * @param {(key: string, values?: Record<string, string>) => string} page.words
 * @param {() => string} page.name  of the other side
 */
export function openCaptions(call, { world, mic, channel, take, words, name }) {
  const part = (/** @type {string} */ which) => /** @type {HTMLElement} */ (call.querySelector(`[data-captions-${which}]`))
  const button = /** @type {HTMLElement} */ (call.querySelector('[data-act=captions]'))
  const page = /** @type {string} */ (document.documentElement.lang)
  /** @type {import('./local.js').Offer} */ let offer = 'none'
  let language = ''
  let on = false
  let theirs = false
  /** @type {import('./lines.js').Line[]} */ let lines = []
  /** @type {{stop: () => void, track: MediaStreamTrack} | null} */ let listening = null

  take({
    opened: (one) => { if (on) one.send(told(true)) },
    closed: () => { if (!channel()) hearOf(false) }, // a connection that is replaced closes too
    heard: (data) => {
      const found = read(data)
      if (found?.type === 'state') hearOf(found.on)
      if (found?.type === 'words' && theirs) show(put(lines, found, Date.now()))
    },
  })

  /** @param {boolean} is */
  function hearOf(is) {
    theirs = is
    if (!is) lines = []
    draw()
  }

  /** @param {import('./lines.js').Line[]} next */
  function show(next) {
    lines = next
    draw()
  }

  /** @param {boolean} wanted */
  function turn(wanted) {
    on = wanted && offer === 'ready'
    channel()?.send(told(on))
    look()
  }

  /** What nobody hears is not written along: it listens to the open microphone alone. */
  function look() {
    const track = on ? mic() : null
    if (listening?.track !== track) {
      listening?.stop()
      listening = track && { track, ...listenTo(world, language, track, { heard: say, lost, later: setTimeout }) }
    }
    if (lines.length) lines = fresh(lines, Date.now())
    draw()
  }

  /** @param {import('./local.js').Words} heard */
  function say(heard) {
    channel()?.send(said(heard))
  }

  function lost() {
    listening = null
    offer = 'none'
    turn(false)
  }

  function draw() {
    write(part('lines'), lines.map((one) => one.text).join('\n'))
    part('box').hidden = !theirs
    write(part('state'), on ? words(theirs ? 'captions.both' : 'captions.mine', { name: name() }) : theirs ? words('captions.theirs', { name: name() }) : '')
    part('state').hidden = !on && !theirs
    button.hidden = offer !== 'ready'
    button.setAttribute('aria-pressed', String(on))
    for (const side of /** @type {NodeListOf<HTMLElement>} */ (button.querySelectorAll('[data-when]'))) side.hidden = (side.dataset.when === 'off') !== on
    const none = part('none')
    none.hidden = offer === 'ready'
    write(none, words(`captions.${offer}`))
  }

  onThisDevice(world, spoken(page, world.navigator.languages ?? [])).then((found) => {
    ({ offer, language } = found)
    draw()
  })
  draw()
  return { look, press: (/** @type {string} */ which) => { if (which === 'captions') turn(!on) } }
}

/** @param {HTMLElement} at @param {string} text */
function write(at, text) {
  if (at.textContent !== text) at.textContent = text
}
