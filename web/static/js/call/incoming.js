// @ts-check
// What comes of the other side: onto the stage, and into the state.

/**
 * @param {object} parts
 * @param {import('./face.js').Page} parts.page
 * @param {ReturnType<typeof import('./view.js').openView>} parts.view
 * @param {() => ReturnType<typeof import('./trust.js').openTrust>} parts.trust
 * @param {() => void} parts.hurry  the socket may be dead too
 * @param {(event: any) => void} parts.dispatch @param {() => void} parts.render
 */
export function openIncoming({ page, view, trust, hurry, dispatch, render }) {
  function hear() {
    view.sound.play().then(() => { page.unheard = false }, (error) => { page.unheard = error.name === 'NotAllowedError' }).then(render)
  }

  /** @param {string} peer @param {{type: string, kind?: any, track?: any, flow?: string}} event */
  function take(peer, { type, kind, track, flow = '' }) {
    if (type === 'silent') return hurry()
    if (type === 'track') {
      view.attach(kind, track, render)
      if (kind === 'mic') hear()
      return
    }
    if (flow !== 'connecting') page.brokeAt = 0
    else if (page.flow === 'flowing') page.brokeAt = Date.now()
    page.flow = flow
    trust().flow(peer, flow)
    dispatch({ type: 'link.flow', peer, flow, at: Date.now() })
  }

  return {
    take,
    hear: () => { if (page.unheard) hear() },
    /** The page is seen again. */
    back: () => {
      view.goOn()
      if (view.sound.srcObject && view.sound.paused) hear()
    },
  }
}
