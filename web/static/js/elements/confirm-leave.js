// @ts-check
/**
 * <confirm-leave data-ask><form>...</form></confirm-leave>: asks once, in a dialog of the page, before the form is sent.
 * The dialog is the element's own <dialog> with two buttons of a form method=dialog: value=yes sends.
 */
export class ConfirmLeave extends HTMLElement {
  #sure = false;

  connectedCallback() {
    const dialog = this.querySelector("dialog");
    const form = this.querySelector("form[method=post]");
    if (!dialog || !(form instanceof HTMLFormElement)) return;
    form.addEventListener("submit", (event) => {
      if (this.#sure) return;
      event.preventDefault();
      dialog.showModal();
    });
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      this.#sure = true;
      form.requestSubmit();
    });
  }
}

customElements.define("confirm-leave", ConfirmLeave);
