// @ts-check
/** The screen stays on while somebody is observed, or the clock of a card runs: who sees nothing hears of nothing. */

const WATCHED = ".vital[id], emergency-card [data-card]:not([hidden])";

/** @param {ParentNode} root @param {{keep: (on: boolean) => void}} awake */
export function stayAwake(root, awake) {
  return {
    look: () => awake.keep(Boolean(root.querySelector(WATCHED))),
    end: () => awake.keep(false),
  };
}
