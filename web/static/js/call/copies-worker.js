// @ts-check
// Stands between the encoder of the microphone and the network, off the page's thread: adds older sound to each packet.

import { openCopier } from './copies.js'

/** @type {any} */ const here = globalThis

here.onrtctransform = (/** @type {any} */ { transformer: { readable, writable, options } }) => {
  let copies = 0
  options.port.onmessage = (/** @type {MessageEvent<number>} */ { data }) => { copies = data }
  const copy = openCopier()
  const transform = new TransformStream({
    transform(frame, out) {
      const { mimeType = '', rtpTimestamp } = frame.getMetadata()
      if (mimeType.toLowerCase() === options.kind) frame.data = copy(new Uint8Array(frame.data), rtpTimestamp, copies).buffer
      out.enqueue(frame)
    },
  })
  readable.pipeThrough(transform).pipeTo(writable).catch(() => {}) // the connection is over
}
here.postMessage('ready')
