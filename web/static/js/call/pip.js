// @ts-check
// The other side's picture in a small window of its own, where the browser has that; hidden where it has not.

/**
 * @param {HTMLElement} call
 * @param {{document: Document, remote: HTMLVideoElement, note: (key: string) => void}} page
 */
export function openPip(call, { document, remote, note }) {
  const buttons = /** @type {HTMLElement[]} */ ([...call.querySelectorAll('[data-act=pip]')])
  const can = Boolean(document.pictureInPictureEnabled && 'requestPictureInPicture' in remote)

  function draw() {
    const out = document.pictureInPictureElement === remote
    for (const button of buttons) {
      button.hidden = !can
      for (const side of /** @type {NodeListOf<HTMLElement>} */ (button.querySelectorAll('[data-when]'))) {
        side.hidden = (side.dataset.when === 'off') !== out
      }
    }
  }

  async function toggle() {
    if (document.pictureInPictureElement) return close()
    try {
      await remote.requestPictureInPicture()
    } catch {
      note('pip.none') // no picture has come yet, or the system does not allow it now
    }
  }

  function close() {
    return document.pictureInPictureElement ? document.exitPictureInPicture().catch(() => {}) : undefined
  }

  for (const change of ['enterpictureinpicture', 'leavepictureinpicture']) remote.addEventListener(change, draw)
  draw()
  return { press: (/** @type {string} */ name) => { if (can && name === 'pip') toggle() }, close }
}
