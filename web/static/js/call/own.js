// @ts-check
// This side's microphone, camera and screen in the call: what changes on a device is put on the lines, shown and told.

/**
 * @param {object} parts
 * @param {import('./face.js').Page} parts.page
 * @param {(key: string) => string} parts.words
 * @param {ReturnType<typeof import('./choice.js').openChoice>} parts.choice
 * @param {ReturnType<typeof import('./devices.js').openDevices>} parts.devices
 * @param {ReturnType<typeof import('./view.js').openView>} parts.view
 * @param {ReturnType<typeof import('./links.js').openLinks>} parts.links
 * @param {(message: object) => boolean} parts.send @param {(media: object) => void} parts.beside  the same, past the room
 * @param {() => ReturnType<typeof import('./sending.js').openSending>} parts.sending
 * @param {(kind: import('./devices.js').Kind) => boolean} parts.allows  whether the way the two meet has a place for it
 * @param {() => boolean} parts.live @param {() => void} parts.render
 */
export function openOwn({ page, words, choice, devices, view, links, send, beside, sending, allows, live, render }) {
  const muted = () => Boolean(choice.wanted()?.muted)

  /** What the other side gets. @returns {import('./face.js').Mine} */
  function mine() {
    const { mic, camera, screen } = devices.tracks()
    return { mic: Boolean(mic?.enabled && !sending().lost('mic')), camera: Boolean(camera && !sending().lost('camera')), screen: Boolean(screen) }
  }

  function tell() {
    const media = { ...mine(), ...(page.video === 'full' ? {} : { video: page.video }) }
    send({ type: 'media', ...media })
    beside(media)
  }

  /** @param {string} notice @param {number} [ms]  how long it is news; else until there is another */
  function note(notice, ms = 0) {
    page.notice = notice
    render()
    if (ms) setTimeout(() => page.notice === notice && note(''), ms)
  }

  /** @param {import('./devices.js').Change} change */
  function changed({ kind, track, reason }) {
    if (track && !allows(kind)) return devices.close(kind)
    links.set(kind, track)
    if (kind === 'camera') view.mirror(track)
    if (kind === 'mic') devices.mute(muted())
    page.notice = reason ? words(`${kind}.${reason}`) : ''
    if (kind === 'mic' && reason === 'gone') devices.open('mic').then((none) => { if (!none) note(words('mic.other')) })
    tell()
    render()
  }

  /** Where the microphone is gone and another one is put in, that one is meant. */
  function plugged() {
    if (live() && choice.wanted()?.mic && (!devices.tracks().mic || sending().lost('mic'))) devices.again('mic')
  }

  return { mine, muted, tell, note, changed, plugged }
}
