// @ts-check
// The 'more' sheet: which microphone, camera and speaker.

/**
 * @param {HTMLElement} call
 * @param {{words: (key: string, values?: Record<string, string>) => string, devices: ReturnType<typeof import('./devices.js').openDevices>,
 *   choice: ReturnType<typeof import('./choice.js').openChoice>, sound: HTMLMediaElement}} page
 */
export function openMenu(call, { words, devices, choice, sound }) {
  const sheet = /** @type {HTMLDialogElement} */ (call.querySelector('[data-more]'))
  const kinds = /** @type {const} */ (['mic', 'camera', 'speaker'])
  const canListen = 'setSinkId' in sound

  for (const kind of kinds) {
    field(kind).addEventListener('change', () => {
      const id = field(kind).value
      if (kind === 'speaker') hear(id)
      else devices.choose(kind, id)
    })
  }
  navigator.mediaDevices?.addEventListener?.('devicechange', () => { if (sheet.open) fill() })
  const { speaker } = choice.devices()
  if (speaker) hear(speaker)

  /** @param {string} kind */
  function field(kind) {
    return /** @type {HTMLSelectElement} */ (sheet.querySelector(`[data-devices=${kind}] select`))
  }

  /** @param {string} id */
  async function hear(id) {
    try {
      await sound.setSinkId?.(id)
      choice.remember({ speaker: id })
    } catch {
      choice.remember({ speaker: '' }) // it is gone: the browser's own choice plays
    }
  }

  async function fill() {
    for (const kind of kinds) {
      const all = await devices.list(kind)
      const row = /** @type {HTMLElement} */ (sheet.querySelector(`[data-devices=${kind}]`))
      row.hidden = !all.length || (kind === 'speaker' && !canListen)
      const chosen = kind === 'speaker' ? sound.sinkId : devices.tracks()[kind]?.getSettings().deviceId ?? choice.devices()[kind]
      field(kind).replaceChildren(...all.map(({ id, label }, at) => {
        const name = label || words('device.number', { count: String(at + 1) })
        return new Option(name, id, false, id === chosen)
      }))
    }
  }

  return {
    open: () => {
      sheet.showModal()
      return fill()
    },
  }
}
