// @ts-check
// A device that is refused in the waiting room overtakes what the check before found: the clinic is told, as of a check.

/**
 * @param {string} url  where a check's result goes; '' where nothing is told
 * @param {() => boolean} waits  nobody is in the session yet
 * @param {(url: string, figures: object) => unknown} post
 */
export function openRefused(url, waits, post) {
  /** @type {Record<string, string>} */
  const found = {}

  /** @param {'mic' | 'camera'} kind @param {string} reason */
  return (kind, reason) => {
    found[kind] = reason
    if (url && waits()) post(url, { ...found })
  }
}

/** What comes of it changes nothing here: the therapist's card is better off, no more. @param {string} url @param {object} figures */
export function tellCheck(url, figures) {
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', body: JSON.stringify(figures), credentials: 'same-origin', headers }).catch(() => null)
}
