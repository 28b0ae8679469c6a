// @ts-check
// The grid of mood in the call: each moves a dot of their own by two sliders, and sees the other's. Nothing of it is kept.

/**
 * @param {HTMLElement} root
 * @param {{words: (key: string, values?: Record<string, string | undefined>) => string, name: () => string,
 *   send: (said: import('./messages.js').Message) => void}} page
 */
export function openGrid(root, { words, name, send }) {
  const part = (/** @type {string} */ what) => /** @type {HTMLElement} */ (root.querySelector(`[data-tool-${what}]`))
  const [x, y] = ['#tool-x', '#tool-y'].map((id) => /** @type {HTMLInputElement} */ (root.querySelector(id)))

  /** @param {HTMLElement} dot @param {number} along @param {number} up  0 to 10 */
  function put(dot, along, up) {
    dot.setAttribute('cx', String(along * 20))
    dot.setAttribute('cy', String(200 - up * 20))
    dot.removeAttribute('hidden')
  }

  /** Our own dot, told to the other page. */
  function mine() {
    put(part('mine'), Number(x.value), Number(y.value))
    send({ t: 'mood', x: Number(x.value), y: Number(y.value) })
  }

  for (const one of [x, y]) one.addEventListener('input', mine)

  return {
    begin: () => {
      part('name').textContent = name()
      mine()
    },
    /** @param {{x: number, y: number}} dot */
    theirs: (dot) => {
      put(part('theirs'), dot.x, dot.y)
      part('name').textContent = words('tool.theirs', { name: name(), x: String(dot.x), y: String(dot.y) })
    },
  }
}
