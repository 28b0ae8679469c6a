// @ts-check
// The 'more' sheet: which microphone, camera and speaker.

const KINDS = /** @type {const} */ (['mic', 'camera', 'speaker'])

/**
 * @param {HTMLElement} call
 * @param {{words: (key: string, values?: Record<string, string>) => string, devices: ReturnType<typeof import('./devices.js').openDevices>,
 *   choice: ReturnType<typeof import('./choice.js').openChoice>, sound: HTMLMediaElement}} page
 */
export function openMenu(call, { words, devices, choice, sound }) {
  const sheet = /** @type {HTMLDialogElement} */ (call.querySelector('[data-more]'))
  const canListen = 'setSinkId' in sound

  for (const kind of KINDS) {
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

  const fill = () => fillDevices(sheet, { words, devices, choice, canListen, speaker: sound.sinkId })

  return {
    open: () => {
      sheet.showModal()
      return fill()
    },
  }
}

/**
 * Lists what there is in the fields of `root`, [data-devices=mic|camera|speaker] select.
 * @param {HTMLElement} root
 * @param {{words: (key: string, values?: Record<string, string>) => string, devices: ReturnType<typeof import('./devices.js').openDevices>,
 *   choice: ReturnType<typeof import('./choice.js').openChoice>, canListen: boolean, speaker?: string}} page
 */
export async function fillDevices(root, { words, devices, choice, canListen, speaker }) {
  for (const kind of KINDS) {
    const all = await devices.list(kind)
    const row = /** @type {HTMLElement} */ (root.querySelector(`[data-devices=${kind}]`))
    const field = /** @type {HTMLSelectElement} */ (row.querySelector('select'))
    row.hidden = !all.length || (kind === 'speaker' && !canListen)
    const open = kind === 'speaker' ? speaker : devices.tracks()[kind]?.getSettings().deviceId
    const chosen = open || choice.devices()[kind]
    field.replaceChildren(...all.map(({ id, label }, at) => {
      const name = label || words('device.number', { count: String(at + 1) })
      return new Option(name, id, false, id === chosen)
    }))
  }
}
