// @ts-check
// What to do about a connection that fell silent or never spoke, as timers over its states. ICE looks for a new path first;
// where that does not help within a while, a new connection does, and the while grows: the room limits offers.

const HELP_MS = 8000
const LONGEST_MS = 60_000

/**
 * @param {object} options
 * @param {number} options.patience  ms; the polite side has more, so that both do not speak at once
 * @param {() => boolean} options.can  whether the other side can be told of it
 * @param {() => void} options.restart @param {() => void} options.rebuild
 * @param {(work: () => void, ms: number) => any} options.later @param {(timer: any) => void} options.cancel
 */
export function watch({ patience, can, restart, rebuild, later, cancel }) {
  /** @type {any} */ let timer = null
  let helping = false
  let wait = HELP_MS

  /** @param {() => void} work @param {number} ms */
  function after(work, ms) {
    cancel(timer)
    timer = later(() => {
      timer = null
      work()
    }, ms)
  }

  function help() {
    helping = true
    restart()
    after(giveUp, wait)
  }

  function giveUp() {
    if (!can()) return after(giveUp, patience)
    wait = Math.min(2 * wait, LONGEST_MS)
    rebuild()
  }

  function stop() {
    cancel(timer)
    timer = null
    helping = false
  }

  /** @type {Record<string, () => void>} */
  const SAW = {
    new: () => {
      stop()
      after(giveUp, wait)
    },
    connected: () => {
      stop()
      wait = HELP_MS
    },
    closed: stop,
    disconnected: () => { if (!helping) after(help, patience) },
    failed: () => { if (!helping) help() },
  }

  return {
    stop,
    /** @param {string} state  RTCPeerConnection.connectionState; 'new' when one was built */
    saw: (state) => SAW[state]?.(),
  }
}
