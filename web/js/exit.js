// Leaving in a hurry: the button, Escape three times or Shift three times.

const PRESSES = 3;
const WINDOW = 5000;

export class Exit {
  /**
   * @param {string} address where to go: dull, and quick to load
   * @param {() => void} forget drops whatever the page still knows
   */
  constructor(address, forget) {
    this.address = address;
    this.forget = forget;
    this.pressed = { key: "", times: 0 };
    this.timer = undefined;
    document.addEventListener("click", (event) => {
      if (event.target.closest(".govuk-js-exit-this-page-button")) {
        event.preventDefault();
        this.leave();
      }
    });
    document.addEventListener("keydown", (event) => this.key(event));
    // What the browser keeps of this page in case somebody goes back to it shows nothing.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && this.left) location.replace("/left");
    });
  }

  key(event) {
    if (event.repeat || (event.key !== "Escape" && event.key !== "Shift")) {
      if (event.key !== "Escape" && event.key !== "Shift") this.reset();
      return;
    }
    const again = this.pressed.key === event.key;
    this.pressed = { key: event.key, times: again ? this.pressed.times + 1 : 1 };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reset(), WINDOW);
    if (this.pressed.times >= PRESSES) {
      this.leave();
    } else {
      const texts = document.getElementById("exit")?.dataset ?? {};
      this.say(this.pressed.times === 1 ? texts["i18n.pressTwoMoreTimes"] : texts["i18n.pressOneMoreTime"]);
    }
  }

  reset() {
    clearTimeout(this.timer);
    this.pressed = { key: "", times: 0 };
  }

  say(text) {
    const status = document.getElementById("safehand-status");
    if (status && text) status.textContent = text;
  }

  leave() {
    this.left = true;
    document.documentElement.classList.add("safehand-leaving");
    document.title = "";
    for (const field of document.querySelectorAll("input, textarea")) field.value = "";
    document.body.replaceChildren();
    this.forget();
    location.replace(this.address);
  }
}
