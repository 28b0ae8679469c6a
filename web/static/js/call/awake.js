// @ts-check
// Keeps the screen on during a call: a phone that sleeps takes camera and microphone with it. The browser lets go of it
// whenever the page is hidden, so it is asked for again.

/** @param {{wakeLock?: WakeLock}} navigator @param {Document} document */
export function openAwake({ wakeLock }, document) {
  /** @type {WakeLockSentinel | null} */ let lock = null
  let wanted = false
  let asking = false

  async function take() {
    if (!wanted || lock || asking || document.hidden || !wakeLock) return
    asking = true
    try {
      lock = await wakeLock.request('screen')
      lock.addEventListener('release', () => { lock = null })
      if (!wanted) lock.release()
    } catch {
      // low battery, or the system says no: the call goes on
    } finally {
      asking = false
    }
  }

  document.addEventListener('visibilitychange', take)
  return {
    /** @param {boolean} on */
    keep(on) {
      if (on === wanted) return
      wanted = on
      if (on) take()
      else lock?.release()
    },
  }
}
