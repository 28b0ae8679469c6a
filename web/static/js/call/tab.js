// @ts-check
// Which of this browser's windows has the visit: one at a time, by a lock that goes with the window. It also gives the
// page its name, which a reload keeps and a second window makes up anew.

const PATIENCE_MS = 2500 // for the lock of the page that was here before a reload

/**
 * @param {string} visit
 * @param {ReturnType<typeof import('./memory.js').openMemory>} memory
 * @param {{locks: LockManager | undefined, name: () => string, stolen: () => void,
 *   patience?: () => AbortSignal}} world
 *   name: a random one; stolen: another window of this browser took the visit over; patience: ends when a lock was waited for
 */
export function openTab(visit, memory, { locks, name, stolen, patience = () => AbortSignal.timeout(PATIENCE_MS) }) {
  const lock = `parlour.visit.${visit}`
  let own = name()
  let held = !locks

  /** @param {LockOptions} how @returns {Promise<boolean>} whether this window has it now */
  const get = (how) => new Promise((done) => {
    locks?.request(lock, how, (got) => {
      done((held = Boolean(got)))
      return got && new Promise(() => {})
    }).catch(() => {
      if (held) stolen()
      done((held = false))
    })
  })

  async function open() {
    // However slow a device answers, a lock that nobody has is had; only one that somebody has is waited for by the clock.
    return held || await get({ ifAvailable: true }) || await get({ signal: patience() })
  }

  /** Looked up while the lock is waited for. */
  async function settle() {
    const known = await memory.read('page').catch(() => undefined)
    if (await alone) own = known ?? await memory.agree('page', own).catch(() => own)
  }

  const alone = open()
  return {
    /** Whether this window may begin by itself. */
    alone,
    /** Resolves when `name` is what it stays. */
    named: settle(),
    name: () => own,
    /** From now on it is here. */
    take() {
      memory.put('page', own).catch(() => {})
      if (!held) get({ steal: true })
    },
  }
}
