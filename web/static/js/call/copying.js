// @ts-check
// Puts the worker of `copies-worker.js` behind the microphone of every connection. It has to stand there from the start:
// a sender takes none later. A browser without such a place keeps the one copy that it makes by itself.

const RED = 'audio/red'

/**
 * @param {{Worker?: any, RTCRtpScriptTransform?: any, MessageChannel?: any}} world
 * @returns {{attach: (sender: RTCRtpSender) => void, wish: (sender: RTCRtpSender, copies: number) => void}}
 */
export function openCopying({ Worker, RTCRtpScriptTransform, MessageChannel }) {
  /** @type {WeakMap<RTCRtpSender, MessagePort>} */ const ports = new WeakMap()
  const worker = Worker && RTCRtpScriptTransform ? new Worker(new URL('./copies-worker.js', import.meta.url), { type: 'module' }) : null
  // What goes through a worker that never came would never arrive.
  let ready = false
  if (worker) worker.onmessage = () => { ready = true }

  return {
    attach(sender) {
      if (!ready || !sender || !('transform' in sender) || ports.has(sender)) return
      const { port1, port2 } = new MessageChannel()
      sender.transform = new RTCRtpScriptTransform(worker, { port: port2, kind: RED }, [port2])
      ports.set(sender, port1)
    },
    wish: (sender, copies) => ports.get(sender)?.postMessage(copies),
  }
}
