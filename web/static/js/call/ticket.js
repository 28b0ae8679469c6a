// @ts-check
// The ticket of a socket: asked for just before it is used, and never kept.

/**
 * @param {string} url @param {number} patience  ms
 * @param {{fetch: typeof fetch, now: () => number}} world
 * @returns {Promise<{status: number, ticket: string, after: number, ahead: number | null, took: number}>}
 *   status: 0 where nobody answered; after: ms that the server wants to be left alone; ahead: ms that this clock is before its;
 *   took: ms from asking to the answer, of which nobody knows how many were the way back
 */
export async function askForTicket(url, patience, { fetch, now }) {
  const asked = now()
  try {
    const response = await fetch(url, {
      method: 'POST', headers: { Accept: 'application/json' }, redirect: 'manual', signal: AbortSignal.timeout(patience),
    })
    const after = 1000 * Number(response.headers.get('retry-after') ?? 0)
    // A redirect leads to a sign-in page.
    if (!response.ok) return { status: response.type === 'opaqueredirect' ? 401 : response.status, ticket: '', after, ahead: null, took: 0 }
    const date = Date.parse(response.headers.get('date') ?? '')
    const took = now() - asked
    const ahead = date ? now() - date : null
    return { status: 200, ticket: (await response.json()).ticket, after, ahead, took }
  } catch {
    return { status: 0, ticket: '', after: 0, ahead: null, took: 0 } // no network, or the program is starting: both pass
  }
}
