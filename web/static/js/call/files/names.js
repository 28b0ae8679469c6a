// @ts-check
// What a file may be called here, and how its name, size and kind are shown: the sender's words are never taken as they are.

const LONGEST = 120
const UNSEEN = /[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff0-\ufffb]/gu
const FORBIDDEN = /[<>:"|?*]/g
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i
const RUNS = new Set(('app apk bat chm cmd com cpl desktop dll dmg exe gadget hta htm html inf iso jar js jse lnk mhtml mjs msi msp pif ' +
  'pkg ps1 py reg rpm deb run scf scr sh svg svgz url vb vbe vbs ws wsf wsh xhtml xht xml docm xlsm pptm').split(' '))

/** The last part of a path, without what turns letters round or hides them. Never empty. @param {string} raw */
export function cleanName(raw) {
  const last = raw.slice(-4 * LONGEST).split(/[/\\]/).at(-1) ?? ''
  const name = last.replace(UNSEEN, '').replace(FORBIDDEN, '_').replace(/\s+/g, ' ').replace(/^[. ]+|[. ]+$/g, '')
  if (!name) return 'file'
  return shorten(RESERVED.test(name) ? `_${name}` : name)
}

/** In the middle, so that the ending stays. @param {string} name */
function shorten(name) {
  const letters = [...name]
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 41).join('')}…${letters.slice(-40).join('')}` : name
}

/** Its last ending, lower case, '' without one. @param {string} name */
export function ending(name) {
  return /\.([^.\s]+)$/.exec(name)?.[1].toLowerCase() ?? ''
}

/** Whether opening it may start a program or a page. @param {string} name */
export const mayRun = (name) => RUNS.has(ending(name))

/** What the sender says it is, as far as that is a kind at all. @param {unknown} raw */
export const cleanType = (raw) => (typeof raw === 'string' && /^[\w.+-]{1,60}\/[\w.+-]{1,80}$/.test(raw) ? raw.toLowerCase() : '')

/** @param {number} bytes @param {string} language */
export function sizeOf(bytes, language) {
  const [unit, value] = bytes < 1000 ? ['byte', bytes] : bytes < 1e6 ? ['kilobyte', bytes / 1e3] : ['megabyte', bytes / 1e6]
  const digits = { maximumFractionDigits: value < 10 && unit === 'megabyte' ? 1 : 0, numberingSystem: 'latn' }
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short', ...digits }).format(value)
}
