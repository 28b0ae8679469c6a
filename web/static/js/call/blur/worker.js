// @ts-check
// Tells person from background: a small picture in, a mask out, and a beat that goes on while the page lies behind others.
// A worker of its own so that the page itself needs no leave for WebAssembly: this file's answer alone carries it.

const VENDOR = new URL('../../../vendor/', self.location.href)
/** @type {any} */ const scope = self
scope.importScripts(new URL('tflite/tflite-simd.js', VENDOR).href)

/** @type {any} */ let net
/** @type {any} */ let beat

async function open() {
  const model = await (await fetch(new URL('selfie-segmentation/selfie_segmentation_landscape.tflite', VENDOR))).arrayBuffer()
  const quiet = () => {}
  net = await scope.createTFLiteSIMDModule({
    locateFile: (/** @type {string} */ name) => new URL(`tflite/${name}`, VENDOR).href, print: quiet, printErr: quiet,
  })
  net.HEAPU8.set(new Uint8Array(model), net._getModelBufferMemoryOffset())
  if (net._loadModel(model.byteLength)) throw new Error('the model does not fit')
  return { width: net._getInputWidth(), height: net._getInputHeight() }
}

/** Alpha of every pixel from how likely it shows the person. @param {ImageData} picture */
function mask({ data, width, height }) {
  const into = net._getInputMemoryOffset() / 4
  const from = net._getOutputMemoryOffset() / 4
  for (let at = 0; at < width * height; at += 1) {
    for (let part = 0; part < 3; part += 1) net.HEAPF32[into + at * 3 + part] = data[at * 4 + part] / 255
  }
  net._runInference()
  for (let at = 0; at < width * height; at += 1) data[at * 4 + 3] = 255 * net.HEAPF32[from + at]
}

/** @type {Record<string, (said: any) => void>} */
const HEAR = {
  open: ({ every }) => {
    open().then((size) => {
      scope.postMessage({ type: 'ready', ...size })
      beat = setInterval(() => scope.postMessage({ type: 'beat' }), every)
    }, () => scope.postMessage({ type: 'none' }))
  },
  picture: ({ picture }) => {
    mask(picture)
    scope.postMessage({ type: 'mask', picture }, [picture.data.buffer])
  },
  close: () => {
    clearInterval(beat)
    scope.close()
  },
}
scope.onmessage = (/** @type {MessageEvent} */ { data }) => HEAR[data.type]?.(data)
