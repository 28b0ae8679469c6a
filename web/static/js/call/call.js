// @ts-check
// The call of this page: the one place that knows all parts and performs what `room.js` decides.

import { openShelf } from '../lib/shelf.js'
import { openCertificate } from './certificate.js'
import { openAwake } from './awake.js'
import { openChat } from './chat.js'
import { openChoice } from './choice.js'
import { openCompare } from './compare.js'
import { openDevices } from './devices.js'
import { sendBeside } from './forms.js'
import { listenForKeys } from './keys.js'
import { openLinks } from './links.js'
import { openMemory } from './memory.js'
import { openMenu } from './menu.js'
import { openPresses } from './presses.js'
import { openReady } from './ready.js'
import { other, phase, start, step } from './room.js'
import { moveSelfView } from './selfview.js'
import { openSending } from './sending.js'
import { HELP, sentence } from './sentences.js'
import { openSignal } from './signal.js'
import { openSteer } from './steer.js'
import { openTab } from './tab.js'
import { openTime } from './time.js'
import { ALARMS, openTrust } from './trust.js'
import { openView } from './view.js'
import { wordsOf } from './words.js'

const timers = {
  later: (/** @type {() => void} */ work, /** @type {number} */ ms) => setTimeout(work, ms),
  cancel: (/** @type {any} */ timer) => clearTimeout(timer),
}

// As the server writes times: 24 hours, Latin digits, in every language.
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: 'numeric', minute: '2-digit', hourCycle: 'h23', numberingSystem: 'latn' })

const random = () => crypto.getRandomValues(new Uint32Array(4)).join('-')

/** @param {HTMLElement} call */
function open(call) {
  const { visit = '', role = 'patient', ticketUrl = '', socketUrl = '', stateUrl = '', other: expected = '', phone = '' } = call.dataset
  const words = wordsOf(document)
  const choice = openChoice(localStorage, sessionStorage, visit)
  const devices = openDevices({ navigator, secure: isSecureContext, choice, emit: onDevice })
  const view = openView(call)
  const self = moveSelfView(view.part('self'), choice)
  const menu = openMenu(call, { words, devices, choice, sound: view.sound })
  const chat = openChat(call, { words, write: say, nameOf: (id) => (id === state.me ? '' : (state.peers[id]?.name ?? name())) })
  const page = { flow: 'none', brokeAt: 0, unheard: false, notice: '', ahead: 0, apart: false, video: 'full', sound: 'good' }
  let state = start(role)

  const signal = openSignal({
    ticketUrl, socketUrl: Object.assign(new URL(socketUrl, location.href), { protocol: location.protocol.replace('http', 'ws') }).href,
    emit: dispatch, hadCall: () => links.some(), page: () => tab.name(), inCall: () => state.standing === 'live',
    world: { fetch: fetch.bind(window), WebSocket, now: Date.now, random: Math.random, ...timers },
  })
  const memory = openMemory(visit, openShelf(globalThis.indexedDB), { now: Date.now, ...timers })
  const tab = openTab(visit, memory, {
    locks: navigator.locks, name: random, stolen: () => {
      signal.close()
      dispatch({ type: 'socket.elsewhere' })
    },
  })
  const certificate = openCertificate(memory, { RTCPeerConnection, ...timers })
  const links = openLinks({
    state: () => state, tracks: devices.tracks, send: signal.send, emit: onMedia, certificate: certificate.get,
    world: { RTCPeerConnection, MediaStream, now: () => performance.now(), ...timers },
  })
  const trust = openTrust({
    crypto, memory, state: () => state, connection: (peer) => links.get(peer)?.connection(), send: signal.send, render, every: setInterval,
  })
  const compare = openCompare(call, { words, answer: trust.answer })
  const sending = openSending({
    carrier: () => links.one()?.now(), tracks: devices.tracks, reopen: devices.again,
    changed: () => { tellMedia(); render() }, world: { now: () => performance.now(), ...timers },
  })
  const time = openTime(call, { words, clock: clock.format, since: () => state.since, now: () => Date.now() - page.ahead })
  const awake = openAwake(navigator, document)
  const steer = openSteer({
    now: () => links.one()?.now(),
    tell: (told) => {
      Object.assign(page, told)
      tellMedia()
      render()
    },
  })
  const press = openPresses({
    call, devices, links, choice, words, self, menu, chat, signal, dispatch, stateUrl,
    say: (notice) => { page.notice = notice; render() }, render, tellMedia, muted,
    apart: () => { page.apart = true },
  })

  /** @param {any} event */
  function dispatch(event) {
    if (event.type === 'clock') return void (page.ahead = event.ahead)
    const result = step(state, event)
    state = result.state
    for (const effect of result.effects) DO[effect.do](effect)
    render()
  }

  /** @type {Record<string, (effect: any) => unknown>} */
  const DO = {
    link: ({ peer, offer }) => links.open(peer, offer),
    renew: ({ peer, offer }) => links.get(peer)?.renew(offer),
    mend: ({ peer }) => links.get(peer)?.mend(),
    signal: ({ peer, signal: one }) => links.get(peer)?.receive(one),
    unlink: ({ peer }) => {
      links.close(peer)
      view.detach()
    },
    trust: ({ peer, move }) => trust.receive(peer, move),
    'tell media': tellMedia,
    send: ({ message }) => signal.send(message),
    chat: ({ line, news }) => chat.put(line, news),
    'all chat': () => chat.putAll(state.chat),
    'clear chat': () => chat.putAll([]),
    unshare: () => devices.close('screen'),
    release: () => {
      links.discard()
      devices.release()
    },
    moved: ({ peer }) => { page.notice = words('moved', { name: state.peers[peer]?.name }) },
    'take over': () => {
      page.apart = false
      tab.take()
      signal.takeOver()
      openWanted()
    },
    reopen: () => setTimeout(() => { if (state.socket === 'refused') location.assign(stateUrl) }, 15_000),
    // A visit that is gone may be a moment's truth: not at once, so that two pages never send each other in circles.
    depart: () => memory.forget().then(() => setTimeout(() => location.assign(stateUrl), state.reason === 'gone' ? 3000 : 0)),
  }

  /** @param {string} peer @param {{type: string, kind?: any, track?: any, flow?: string}} event */
  function onMedia(peer, { type, kind, track, flow = '' }) {
    if (type === 'silent') return signal.hurry()
    if (type === 'track') {
      view.attach(kind, track, render)
      if (kind === 'mic') hear()
      return
    }
    if (flow !== 'connecting') page.brokeAt = 0
    else if (page.flow === 'flowing') page.brokeAt = Date.now()
    page.flow = flow
    trust.flow(peer, flow)
    dispatch({ type: 'link.flow', peer, flow })
  }

  function hear() {
    view.sound.play().then(() => { page.unheard = false }, (error) => { page.unheard = error.name === 'NotAllowedError' }).then(render)
  }

  /** @param {import('./devices.js').Change} change */
  function onDevice({ kind, track, reason }) {
    links.set(kind, track)
    if (kind === 'camera') view.mirror(track)
    if (kind === 'mic') devices.mute(muted())
    page.notice = reason ? words(`${kind}.${reason}`) : ''
    if (kind === 'mic' && reason === 'gone') devices.open('mic').then((none) => { if (!none) note('mic.other') })
    tellMedia()
    render()
  }

  function muted() {
    return Boolean(choice.wanted()?.muted)
  }

  function mine() {
    const { mic, camera, screen } = devices.tracks()
    return { mic: Boolean(mic?.enabled && !sending.lost('mic')), camera: Boolean(camera && !sending.lost('camera')), screen: Boolean(screen) }
  }

  /** @param {string} key */
  function note(key) {
    page.notice = words(key)
    render()
  }

  /** Where the microphone is gone and another one is put in, that one is meant. */
  function reopen() {
    if (state.standing === 'live' && choice.wanted()?.mic && (!devices.tracks().mic || sending.lost('mic'))) devices.again('mic')
  }

  function tellMedia() {
    signal.send({ type: 'media', ...mine(), ...(page.video === 'full' ? {} : { video: page.video }) })
  }

  /** @param {string} text */
  function say(text) {
    dispatch({ type: 'chat.write', id: random(), text, at: new Date().toISOString() })
  }

  const name = () => other(state)?.name ?? expected

  function render() {
    const them = other(state)
    const said = sentence(state, { ...page, phone: Boolean(phone), mine: mine() })
    const at = said.at ? clock.format(said.at) : ''
    const text = words(said.key, { at, name: name(), phone })
    const now = phase(state)
    const trusted = trust.now()
    compare.render(trusted, name(), phone)
    const lost = /** @type {const} */ (['mic', 'camera']).filter(sending.trouble)
    const notice = page.notice || lost.map((kind) => words(`${kind}.lost`, { name: name() })).join(' ')
    awake.keep(now === 'live' || page.flow === 'flowing')
    view.render({
      phase: now, standing: state.standing, flow: page.flow, shown: !page.apart && (state.standing === 'live' || now === 'elsewhere' || now === 'left'), name: name(),
      mine: mine(), theirs: { camera: Boolean(them?.camera) && them?.video !== 'paused', screen: Boolean(them?.screen) }, sentence: text, notice,
      help: [...(HELP[said.key] ?? []), ...lost.map((kind) => `${kind}-again`), ...(ALARMS[trusted.level] ?? [])],
      selfView: choice.devices().selfView !== false, keys: choice.devices().keys !== false,
    })
    ready.render(mine(), text, page.notice)
  }

  async function openWanted() {
    const wanted = choice.wanted() ?? (role === 'patient' ? null : await press.granted())
    if (wanted?.mic) devices.open('mic')
    if (wanted?.camera) devices.open('camera')
  }

  const ready = openReady({ words, openBoth: press.openBoth, stream: devices.tracks })
  view.onPress((name) => (press.press(name), compare.press(name)))
  listenForKeys(document, () => !call.hidden && !state.goneAt && choice.devices().keys !== false, press.press)
  sendBeside(document, press.steps)
  setInterval(steer.look, 1000)
  setInterval(time.look, 1000)
  document.addEventListener('click', () => { if (page.unheard) hear() })
  for (const news of ['online', 'pageshow']) addEventListener(news, signal.hurry)
  addEventListener('online', links.shift)
  navigator.mediaDevices?.addEventListener?.('devicechange', reopen)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) signal.hurry() })
  render()
  tab.alone.then((alone) => {
    if (!alone) return dispatch({ type: 'socket.taken' })
    openWanted()
    certificate.ready.then(signal.connect)
  })
}

const call = document.querySelector('#call')
if (call instanceof HTMLElement && 'RTCPeerConnection' in window) open(call)
else if (call) for (const one of document.querySelectorAll('[data-no-call]')) one.removeAttribute('hidden')
