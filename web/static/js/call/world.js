// @ts-check
// What a page is given by its browser, in the shapes that the parts of the call take; their tests bring others.

export const timers = {
  later: (/** @type {() => void} */ work, /** @type {number} */ ms) => setTimeout(work, ms),
  cancel: (/** @type {any} */ timer) => clearTimeout(timer),
}

export const random = () => crypto.getRandomValues(new Uint32Array(4)).join('-')

/** @param {string} path @param {string} here  the page's own address */
export const socketAddress = (path, here) => {
  const found = new URL(path, here)
  found.protocol = found.protocol.replace('http', 'ws')
  return found.href
}
