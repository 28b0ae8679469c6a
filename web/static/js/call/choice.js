// @ts-check
// What a person chose: which devices (kept in this browser) and whether they want them open (kept for this visit, in this
// tab, so that no camera opens by itself weeks later).

const DEVICES = 'parlour.devices'

/**
 * @typedef {{mic?: string, camera?: string, speaker?: string, selfView?: boolean, keys?: boolean, corner?: string,
 *   hush?: boolean}} Devices  hush: whether the browser keeps noise out, yes unless said otherwise
 * @typedef {{mic: boolean, camera: boolean, muted?: boolean, blur?: boolean}} Wanted
 * @param {Storage} lasting  localStorage @param {Storage} passing  sessionStorage @param {string} visit
 */
export function openChoice(lasting, passing, visit) {
  const place = `parlour.wanted.${visit}`
  return {
    /** @returns {Devices} */
    devices: () => read(lasting, DEVICES) ?? {},
    /** @param {Devices} change */
    remember: (change) => write(lasting, DEVICES, { ...read(lasting, DEVICES), ...change }),
    /** Null: never asked on this visit. @returns {Wanted | null} */
    wanted: () => read(passing, place),
    /** @param {Partial<Wanted>} change */
    want: (change) => write(passing, place, { mic: false, camera: false, ...read(passing, place), ...change }),
  }
}

/** @param {Storage} storage @param {string} name */
function read(storage, name) {
  try {
    return JSON.parse(storage.getItem(name) ?? 'null')
  } catch {
    return null // closed by the person, or written by somebody else: begin anew
  }
}

/** @param {Storage} storage @param {string} name @param {object} value */
function write(storage, name, value) {
  try {
    storage.setItem(name, JSON.stringify(value))
  } catch {
    return // full or closed: the choice holds for this page only
  }
}
