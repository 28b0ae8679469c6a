// @ts-check
/** The safety plan that a device kept, as it was drawn. @param {{html: string} | null} kept */
export function drawn(kept) {
  // It is our own page's, sealed by this browser: nobody else wrote it.
  const plan = kept && new DOMParser().parseFromString(kept.html, "text/html").querySelector("ol.plan");
  return plan ? document.adoptNode(plan) : null;
}
