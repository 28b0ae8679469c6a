// @ts-check
// What `room.js` decides, done: one entry per effect. The table decides nothing.

const GONE_MS = 3000 // a visit that is gone may be a moment's truth: two pages never send each other in circles
const REFUSED_MS = 15_000

/**
 * @param {object} parts
 * @param {() => import('./room.js').State} parts.state
 * @param {ReturnType<typeof import('./links.js').openLinks>} parts.links
 * @param {ReturnType<typeof import('./signal.js').openSignal>} parts.signal
 * @param {ReturnType<typeof import('./trust.js').openTrust>} parts.trust
 * @param {ReturnType<typeof import('./view.js').openView>} parts.view
 * @param {ReturnType<typeof import('./chat.js').openChat>} parts.chat
 * @param {ReturnType<typeof import('./devices.js').openDevices>} parts.devices
 * @param {ReturnType<typeof import('./tab.js').openTab>} parts.tab
 * @param {ReturnType<typeof import('./memory.js').openMemory>} parts.memory
 * @param {(turn: {medium: import('./medium.js').Medium, number: number, by: string}) => void} parts.turn
 * @param {() => void} parts.tellMedia @param {(peer: string) => void} parts.moved @param {() => void} parts.here
 * @param {() => void} parts.leave  this page, for what the visit is now
 * @returns {Record<string, (effect: any) => unknown>}
 */
export function openEffects({ state, links, signal, trust, view, chat, devices, tab, memory, tellMedia, turn, moved, here, leave }) {
  return {
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
    'all chat': () => chat.putAll(state().chat),
    'clear chat': () => chat.putAll([]),
    turn: (effect) => turn(effect.turn),
    unshare: () => devices.close('screen'),
    release: () => {
      links.discard()
      devices.release()
    },
    moved: ({ peer }) => moved(peer),
    'take over': () => {
      tab.take()
      signal.takeOver()
      here()
    },
    reopen: () => setTimeout(() => { if (state().socket === 'refused') leave() }, REFUSED_MS),
    depart: () => memory.forget().then(() => setTimeout(leave, state().reason === 'gone' ? GONE_MS : 0)),
  }
}
