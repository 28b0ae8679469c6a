// @ts-check
// The call of this page: the one place that knows all parts and performs what `room.js` decides.

import { openShelf } from '../lib/shelf.js'
import { clock } from '../lib/wall.js'
import { openCertificate } from './certificate.js'
import { openAwake } from './awake.js'
import { openChat } from './chat.js'
import { openChoice } from './choice.js'
import { openComfort } from './comfort.js'
import { openCompare } from './compare.js'
import { openCopying } from './copying.js'
import { openDevices } from './devices.js'
import { openEffects } from './effects.js'
import { begin, faceOf } from './face.js'
import { sendBeside } from './forms.js'
import { openIncoming } from './incoming.js'
import { listenForKeys } from './keys.js'
import { openLadder } from './ladder.js'
import { openLinks } from './links.js'
import { openMemory } from './memory.js'
import { openMenu } from './menu.js'
import { openOwn } from './own.js'
import { openPip } from './pip.js'
import { openPresses } from './presses.js'
import { openReady } from './ready.js'
import { openRefused, tellCheck } from './refused.js'
import { mayOpen, other, phase, start, step } from './room.js'
import { moveSelfView } from './selfview.js'
import { openSending } from './sending.js'
import { openSignal } from './signal.js'
import { openSteer } from './steer.js'
import { openTab } from './tab.js'
import { openTime } from './time.js'
import { openTogether } from './together.js'
import { openTrust } from './trust.js'
import { openView } from './view.js'
import { wordsOf } from './words.js'
import { random, socketAddress, timers } from './world.js'

const NEWS_MS = 60_000

/** @param {HTMLElement} call */
function open(call) {
  const { visit = '', role = 'patient', ticketUrl = '', socketUrl = '', stateUrl = '', other: expected = '', phone = '' } = call.dataset
  const words = wordsOf(document)
  const page = begin()
  let state = start(role)
  const name = () => other(state)?.name ?? expected

  const choice = openChoice(localStorage, sessionStorage, visit)
  const devices = openDevices({ navigator, secure: isSecureContext, choice, emit: (change) => own.changed(change) })
  const view = openView(call)
  const self = moveSelfView(view.part('self'), choice)
  const menu = openMenu(call, { words, devices, choice, sound: view.sound })
  const chat = openChat(call, { words, write: say, nameOf: (id) => (id === state.me ? '' : (state.peers[id]?.name ?? name())) })

  const memory = openMemory(visit, openShelf(globalThis.indexedDB), { now: Date.now, ...timers })
  const tab = openTab(visit, memory, {
    locks: navigator.locks, name: random, stolen: () => {
      signal.close()
      dispatch({ type: 'socket.elsewhere' })
    },
  })
  const certificate = openCertificate(memory, { RTCPeerConnection, ...timers })
  const signal = openSignal({
    ticketUrl, socketUrl: socketAddress(socketUrl, location.href),
    emit: (event) => dispatch({ at: Date.now(), ...event }), hadCall: () => links.some(), page: tab.name, inCall: () => state.standing === 'live',
    ready: Promise.all([tab.alone, tab.named, certificate.ready]),
    world: { fetch: fetch.bind(window), WebSocket, now: Date.now, random: Math.random, ...timers },
  })
  const copying = openCopying(globalThis)
  const incoming = openIncoming({ page, view, trust: () => trust, hurry: signal.hurry, dispatch, render })
  const together = openTogether(call, {
    words, connection: () => links.one()?.connection(), name: () => name(), me: () => state.me, quality: () => page, render: () => render(),
    hear: (media) => dispatch({ type: 'their media', media }),
    mic: () => (state.standing === 'live' && devices.tracks().mic?.enabled ? devices.tracks().mic : null),
  })
  const links = openLinks({
    state: () => state, tracks: devices.tracks, send: signal.send, emit: incoming.take, certificate: certificate.get,
    world: { RTCPeerConnection, attach: copying.attach, beside: together.attach, now: () => performance.now(), ...timers },
  })
  const trust = openTrust({
    crypto, memory, state: () => state, connection: (peer) => links.get(peer)?.connection(), send: signal.send, render, every: setInterval,
  })
  const compare = openCompare(call, { words, answer: trust.answer })
  const own = openOwn({
    page, words, choice, devices, view, links, send: signal.send, beside: together.tell, sending: () => sending, live: () => state.standing === 'live', render,
    allows: (kind) => ladder.allows(kind),
  })
  const sending = openSending({
    carrier: () => links.one()?.now(), tracks: devices.tracks, reopen: devices.again,
    changed: () => { own.tell(); render() }, world: { now: () => performance.now(), ...timers },
  })
  const time = openTime(call, { words, clock, since: () => state.since, now: () => Date.now() - page.ahead })
  const awake = openAwake(navigator, document)
  const steer = openSteer({
    now: () => links.one()?.now(), copy: copying.wish,
    tell: (told) => {
      Object.assign(page, told)
      own.tell()
      render()
    },
  })
  const press = openPresses({
    call, devices, links, choice, words, self, menu, chat, signal, dispatch, stateUrl,
    mayOpen: () => mayOpen(state), say: own.note, render, tellMedia: own.tell, muted: own.muted, apart: () => { page.apart = true },
    noMic: (refused) => ladder.mic(refused), refused: openRefused(call.dataset.check ?? '', () => state.standing === 'waiting', tellCheck),
  })
  const ladder = openLadder(call, {
    role, page, devices, choice, chat, open: press.open, render, note: (key) => own.note(words(key, { name: name() })),
    unseen: () => pip.close(), mayTurn: () => mayOpen(state), live: () => state.standing === 'live' && mayOpen(state), waits: () => Boolean(other(state) ?? state.missing) && page.flow !== 'flowing',
  })
  const pip = openPip(call, { document, remote: /** @type {HTMLVideoElement} */ (view.part('remote')), note: (key) => own.note(words(key)) })
  const comfort = openComfort(call, { devices, choice, words, note: own.note })
  const pressed = (/** @type {string} */ name) => ladder.press(name) || [press, compare, pip, together, comfort].forEach((one) => one.press(name))
  const ready = openReady({ words, openBoth: press.openBoth, takeOver: () => dispatch({ type: 'socket.again' }), stream: devices.tracks })
  const effects = openEffects({
    state: () => state, links, signal, trust, view, chat, devices, tab, memory, tellMedia: own.tell, turn: ladder.told,
    moved: (peer) => own.note(words('moved', { name: state.peers[peer]?.name }), NEWS_MS),
    here: () => { page.apart = false; openWanted() },
    leave: () => location.assign(stateUrl),
  })

  /** @param {any} event */
  function dispatch(event) {
    if (event.type === 'clock') return void (page.ahead = event.ahead)
    const result = step(state, event)
    state = result.state
    for (const effect of result.effects) effects[effect.do](effect)
    render()
  }

  /** @param {string} text */
  function say(text) {
    dispatch({ type: 'chat.write', id: random(), text, at: new Date().toISOString() })
  }

  function render() {
    const mine = own.mine()
    const trusted = trust.now()
    const asks = together.now()
    const face = faceOf(state, page, {
      words, clock, name: name(), phone, mine, level: trusted.level, wishes: choice.devices(), help: [...ladder.help(), ...asks.help], asks: asks.notice, waits: 'waits' in call.dataset,
      lost: /** @type {const} */ (['mic', 'camera']).filter(sending.trouble),
    })
    compare.render(trusted, name(), phone)
    awake.keep(phase(state) === 'live' || page.flow === 'flowing')
    view.render(face)
    ready.render(mine, face.sentence, page.notice, face.calm)
    together.look()
  }

  async function openWanted() {
    const wanted = choice.wanted() ?? (role === 'patient' ? null : await press.granted())
    if (wanted?.mic) devices.open('mic')
    if (wanted?.camera) devices.open('camera')
  }

  view.onPress(pressed)
  listenForKeys(document, () => !call.hidden && mayOpen(state) && choice.devices().keys !== false, pressed)
  sendBeside(document, press.steps)
  setInterval(steer.look, 1000)
  setInterval(() => [time, ladder, together].forEach((one) => one.look()), 1000)
  document.addEventListener('click', incoming.hear)
  for (const news of ['online', 'pageshow', 'path-lost']) addEventListener(news, signal.hurry)
  addEventListener('online', links.shift)
  navigator.mediaDevices?.addEventListener?.('devicechange', own.plugged)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) [signal.hurry, incoming.back].forEach((one) => one()) })
  render()
  signal.connect() // nobody is greeted before this window knows that it is alone
  tab.alone.then((alone) => {
    if (alone) return openWanted()
    signal.close()
    dispatch({ type: 'socket.taken' })
  })
}

const call = document.querySelector('#call')
if (call instanceof HTMLElement && 'RTCPeerConnection' in window) open(call)
else if (call) for (const one of document.querySelectorAll('[data-no-call]')) one.removeAttribute('hidden')
