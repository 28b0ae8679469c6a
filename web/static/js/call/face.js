// @ts-check
// What the page shows of the call, as one value: everything that is known in, the model that `view.js` draws out. Pure but
// for the words, which it is given.

import { other, phase } from './room.js'
import { HELP, meanwhile, sentence } from './sentences.js'
import { ALARMS } from './trust.js'

/**
 * @typedef {object} Page  what this page knows besides the state of the room
 * @property {string} flow @property {number} brokeAt  ms since 1970 when what flowed stopped, 0 else
 * @property {boolean} unheard  the browser plays no sound before somebody presses
 * @property {string} notice @property {number} ahead  ms that this device's clock is before the clinic's
 * @property {boolean} apart  what lies under the stage is looked at
 * @property {import('./medium.js').Medium} medium  how the two meet
 * @property {import('./quality.js').Video} video @property {import('./quality.js').Sound} sound
 *
 * @typedef {{mic: boolean, camera: boolean, screen: boolean}} Mine
 */

/** Ways to meet whose words go from browser to browser: lines of a chat go over the clinic's server, a call over the telephone's. */
const MEDIA = new Set(['video', 'sound'])

/** @returns {Page} */
export const begin = () => ({ flow: 'none', brokeAt: 0, unheard: false, notice: '', ahead: 0, apart: false, medium: 'video', video: 'full', sound: 'good' })

/**
 * @param {import('./room.js').State} state @param {Page} page
 * @param {object} more
 * @param {(key: string, values?: any) => string} more.words @param {(at: number) => string} more.clock
 * @param {string} more.name @param {string} more.phone @param {Mine} more.mine
 * @param {('mic' | 'camera')[]} more.lost  what does not leave this side though it should
 * @param {keyof typeof ALARMS | string} more.level  of trust
 * @param {{selfView?: boolean, keys?: boolean}} more.wishes @param {string[]} [more.help]  what else may help
 * @param {string} [more.asks]  what the other side asks for
 * @param {boolean} [more.waits]  the clinic said with this page that nobody is in the session yet
 * @returns {import('./view.js').Model}
 */
export function faceOf(state, page, { words, clock, name, phone, mine, lost, level, wishes, help = [], asks = '', waits = false }) {
  const them = other(state)
  const now = phase(state)
  const said = sentence(state, { ...page, phone: Boolean(phone), mine })
  const also = meanwhile(state, { ...page, mine }, said.key)
  const twice = level === 'moved' && page.notice === words('moved', { name }) // the alarm says it too, and what to do
  const calm = now === 'elsewhere' && state.standing !== 'live' && (waits || Boolean(state.me))
  return {
    calm, badge: MEDIA.has(page.medium) && state.links.length > 0 && (page.flow === 'flowing' || page.brokeAt > 0),
    phase: now, standing: state.standing, flow: page.flow, name, mine,
    shown: !page.apart && (state.standing === 'live' || (now === 'elsewhere' && !calm) || now === 'left'),
    theirs: { camera: Boolean(them?.camera) && them?.video !== 'paused', screen: Boolean(them?.screen) },
    sentence: words(calm ? `${said.key}.waiting` : said.key, { at: said.at ? clock(said.at) : '', name: said.name ?? name, phone }),
    notice: (!twice && page.notice) || asks || lost.map((kind) => words(`${kind}.lost`, { name })).join(' ') || (also ? words(also.key, { name }) : ''),
    help: [...(HELP[said.key] ?? []), ...lost.map((kind) => `${kind}-again`), ...(ALARMS[level] ?? []), ...help],
    selfView: wishes.selfView !== false, keys: wishes.keys !== false,
  }
}
