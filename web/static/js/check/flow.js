// @ts-check
// The order of the steps, and what is told at the end. Pure.

/** @typedef {'mic' | 'speaker' | 'camera' | 'network'} Step */

/** @type {readonly Step[]} */
export const ORDER = ['mic', 'speaker', 'camera', 'network']

/** The one after; 'over' after the last. @param {Step} step @returns {Step | 'over'} */
export const after = (step) => ORDER[ORDER.indexOf(step) + 1] ?? 'over'

/** How each step stands while `now` is under way. @param {Step | 'over'} now @returns {Record<Step, 'done' | 'now' | 'coming'>} */
export function standing(now) {
  const at = now === 'over' ? ORDER.length : ORDER.indexOf(now)
  return /** @type {any} */ (Object.fromEntries(ORDER.map((step, index) => [step, index < at ? 'done' : index === at ? 'now' : 'coming'])))
}

/**
 * What the server is told: no more than it asks for, and nothing that was not measured.
 * @param {{mic: string, camera: string, speaker: string, loudest: number, dark: boolean, network: import('./network.js').Found}} found
 *   mic, camera: 'open', 'skipped' or why they stayed closed
 */
export function report({ mic, camera, speaker, loudest, dark, network }) {
  const level = mic === 'open' ? { level: Math.min(1, Math.max(0, Number(loudest.toFixed(2)))) } : {}
  const measured = Object.entries(network).filter(([, value]) => value !== null && value !== undefined)
  return { mic, camera, speaker, dark: camera === 'open' && dark, ...level, ...Object.fromEntries(measured) }
}
