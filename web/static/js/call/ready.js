// @ts-check
// Outside the stage, before the call: [data-ready] shows the own picture and opens both devices; [data-call-sentence] and
// [data-call-notice] anywhere on the page say how the connection stands; [data-elsewhere] asks whether this page takes over.

/**
 * @param {{words: (key: string) => string, openBoth: () => void, takeOver: () => void,
 *   stream: () => Record<'mic' | 'camera' | 'screen', MediaStreamTrack | null>}} page
 */
export function openReady({ words, openBoth, takeOver, stream }) {
  document.addEventListener('click', (event) => {
    if (/** @type {Element} */ (event.target).closest('[data-open-devices]')) openBoth()
    if (/** @type {Element} */ (event.target).closest('[data-take-over]')) takeOver()
  })

  /** @param {{mic: boolean, camera: boolean}} mine @param {string} sentence @param {string} notice @param {boolean} calm */
  function render(mine, sentence, notice, calm) {
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-ready]'))) draw(box, mine, calm)
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-elsewhere]'))) box.hidden = !calm
    for (const one of document.querySelectorAll('[data-call-sentence]')) write(one, sentence)
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-call-notice]'))) {
      write(one, notice)
      one.hidden = !notice
    }
  }

  /** @param {HTMLElement} box @param {{mic: boolean, camera: boolean}} mine @param {boolean} calm */
  function draw(box, mine, calm) {
    const { mic, camera } = stream()
    const picture = box.querySelector('video')
    const track = /** @type {MediaStream | null} */ (picture?.srcObject ?? null)?.getVideoTracks()[0] ?? null
    if (picture && track !== camera) picture.srcObject = camera && new MediaStream([camera])
    if (picture) picture.hidden = !camera
    const state = box.querySelector('[data-ready-words]')
    const key = mine.camera ? (mic ? 'open.both' : 'open.camera') : mic ? 'open.mic' : 'open.none'
    if (state) write(state, words(key))
    const button = /** @type {HTMLElement | null} */ (box.querySelector('[data-open-devices]'))
    if (button) button.hidden = Boolean(mic && camera)
    box.hidden = calm // a device opened here would be heard nowhere
  }

  return { render }
}

/** @param {Element} at @param {string} text */
function write(at, text) {
  if (at.textContent !== text) at.textContent = text
}
