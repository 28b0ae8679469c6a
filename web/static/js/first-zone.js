// @ts-check
/**
 * Before anything else of a first visit: the visitor's zone is told, and where the clock of the page, [data-zone] of this
 * script, is another one, the page opens anew at once, before its sheets and scripts are here. It stands in no frame.
 */
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone, shown = document.currentScript?.dataset.zone;
  if (!zone || !shown || new URLSearchParams(location.search).has("tz")) return;
  document.cookie = `tz=${zone}; Path=/; Max-Age=2592000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  try {
    localStorage.setItem("zone-told", zone);
  } catch {
    // a browser that keeps nothing
  }
  const clocks = [zone, shown].map((timeZone) => new Date().toLocaleString("en", { timeZone }));
  // Where no cookie is kept, another look would show the same.
  if (clocks[0] !== clocks[1] && document.cookie.includes("tz=")) location.replace(location.href);
})();
