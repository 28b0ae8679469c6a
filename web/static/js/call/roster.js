// @ts-check
// Who is in the call and to whom this page is connected: moves of `room.js` on whole values. Pure.

/**
 * @typedef {import('./room.js').State} State
 * @typedef {import('./room.js').Peer} Peer
 * @typedef {import('./room.js').Effect} Effect
 * @typedef {import('./room.js').Line} Line
 */

/**
 * The room's snapshot. After a restart of the server it may not know the others yet: whoever still flows is kept.
 * @param {State} state @param {any} message @returns {[Partial<State>, Effect[]]}
 */
export function admitted(state, { you, peers: list, ice, relay_only: relayOnly, chat: said, since, server_sees_media: seen, medium }) {
  const peers = Object.fromEntries(list.map((/** @type {Peer} */ one) => [one.peer, one]))
  const flowing = state.links.filter((id) => !peers[id] && state.flows[id] === 'flowing' && state.peers[id])
  for (const id of flowing) peers[id] = { ...state.peers[id], present: false, unlisted: true }
  const kept = state.links.filter((id) => peers[id])
  const fresh = list.filter((/** @type {Peer} */ one) => one.present && !kept.includes(one.peer)).map((/** @type {Peer} */ one) => one.peer)
  const { chat, unsaid } = together(state.chat, said)
  return [
    {
      missing: Object.keys(peers).length ? null : state.missing, me: you.peer, role: you.role, polite: you.polite, ice, relayOnly, seen, since, chat, peers, reason: '',
      standing: you.role === 'patient' || state.missing || Object.keys(peers).length ? 'live' : 'waiting', links: [...kept, ...fresh],
    },
    [
      ...fresh.map((/** @type {string} */ peer) => ({ do: 'link', peer, offer: !you.polite })),
      ...kept.flatMap((id) => moves(state.peers[id], peers[id])),
      ...kept.filter((id) => peers[id].present).flatMap((id) => met(peers[id], state.peers[id], you.polite)),
      ...unlink(state.links.filter((id) => !peers[id])),
      { do: 'all chat' },
      ...(medium ? [{ do: 'turn', turn: medium }] : []),
      ...unsaid.map(say),
    ]]
}

/** @param {Line[]} mine @param {Omit<Line, 'delivered'>[]} said */
function together(mine, said) {
  const ids = new Set(said.map(({ id }) => id))
  const unsaid = mine.filter((line) => !line.delivered && !ids.has(line.id))
  return { chat: [...said.map((line) => ({ ...line, delivered: true })), ...unsaid], unsaid }
}

/**
 * What to do when somebody is there. Both sides connect at once; the impolite one speaks, so that two offers never meet.
 * @param {State} state @param {Peer} seen @returns {Effect[]}
 */
export function greet({ peers, links, polite }, seen) {
  const known = peers[seen.peer]
  if (!links.includes(seen.peer)) return [{ do: 'link', peer: seen.peer, offer: !polite }]
  return known && seen.epoch !== known.epoch ? met(seen, known, polite) : []
}

/** Somebody we are connected to is back, with the same page or, with a higher epoch and no call, with a fresh one.
 * @param {Peer} seen @param {Peer} known @param {boolean} polite @returns {Effect[]} */
function met({ peer, epoch, had_call: hadCall }, known, polite) {
  return [hadCall || epoch === known.epoch ? { do: 'mend', peer } : { do: 'renew', peer, offer: !polite }]
}

/** The same person, on another device or in another window. @param {Peer | undefined} known @param {Peer} seen @returns {Effect[]} */
export const moves = (known, { peer, page = '' }) => (known?.page && page && page !== known.page ? [{ do: 'moved', peer }] : [])

/**
 * Somebody is not in the call any more. Whose connection is lost is awaited: the session is theirs still.
 * @param {State} state @param {string} peer @param {number} [lostAt]  they did not say that they leave; ms since 1970, 0: unknown
 * @returns {[Partial<State>, Effect[]]}
 */
export function gone(state, peer, lostAt) {
  const { [peer]: left, ...peers } = state.peers
  const missing = left && lostAt !== undefined ? { name: left.name, at: lostAt } : left ? null : state.missing
  const alone = state.role !== 'patient' && !Object.keys(peers).length && !missing
  const links = state.links.filter((id) => id !== peer)
  return [{ peers, links, missing, standing: alone ? 'waiting' : state.standing }, left ? unlink([peer]) : []]
}

/** The call is as old as the later arrival. @param {string} one @param {string} other */
export const later = (one, other) => (Date.parse(other) > (Date.parse(one) || 0) ? other : one)

/** @param {string[]} links @returns {Effect[]} */
export const unlink = (links) => links.map((peer) => ({ do: 'unlink', peer }))

/** @param {{id: string, text: string}} line @returns {Effect} */
export const say = ({ id, text }) => ({ do: 'send', message: { type: 'chat', id, text } })
