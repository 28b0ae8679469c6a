// @ts-check
// The panel beside the session stands once in the page: beside the waiting state, or beside the picture while there is
// one. It is moved, not copied, so that nothing typed in it is lost.

const call = document.querySelector("#call");
const panel = document.querySelector("#beside");
const places = { wait: document.querySelector("[data-beside-wait]"), call: document.querySelector("[data-beside-call]") };

function place() {
  const wanted = call instanceof HTMLElement && !call.hidden ? places.call : places.wait;
  if (!panel || !wanted || panel.parentElement === wanted) return;
  const focused = panel.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  wanted.append(panel);
  focused?.focus();
}

if (call) new MutationObserver(place).observe(call, { attributeFilter: ["hidden"] });
place();

// On a phone the panel makes room for the picture; what is typed in it stays.
const toggle = panel?.querySelector("[data-beside-toggle]");
toggle?.addEventListener("click", () => {
  const shut = panel?.classList.toggle("beside-shut") ?? false;
  toggle.setAttribute("aria-expanded", String(!shut));
  for (const words of toggle.querySelectorAll("[data-when]")) words.toggleAttribute("hidden", (words.getAttribute("data-when") === "shut") !== shut);
});
