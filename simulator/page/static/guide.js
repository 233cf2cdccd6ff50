// The guided first minute: one hint at a time, which leads to the next and may be sent away.

import { state } from "./connection.js";
import { fill, h, icon } from "./dom.js";

export class Guide {
  constructor({ go }) {
    this.go = go;
    this.node = h("section", { class: "guide", "aria-label": "Guide", "aria-live": "polite", hidden: true });
  }

  get dismissed() {
    return sessionStorage.getItem("guide") === state.about.boot;
  }

  draw() {
    const { guide } = state;
    const over = !guide.total || this.dismissed || (guide.step >= guide.total && this.seen !== guide.total - 1);
    this.node.hidden = over;
    const other = guide.person && guide.person !== state.me?.id;
    const elsewhere = other || (guide.place && guide.place !== state.me?.place);
    const within = ["message", "button"].includes(guide.points_at?.split(":")[0]);
    this.point(over || (elsewhere && within) ? "" : guide.points_at ?? "");
    if (over) return;
    // While a form is open only what is inside it can be seen and pressed.
    const parent = document.querySelector("dialog[open]") ?? document.getElementById("page");
    if (this.node.parentNode !== parent) parent.append(this.node);
    const key = JSON.stringify([guide, state.me?.id, state.me?.place]);
    if (key === this.key) return;
    this.key = key;
    this.seen = guide.step;
    if (guide.step >= guide.total) { this.end(); return; }
    const who = state.people[guide.person]?.real;
    fill(this.node, this.head(`${guide.step + 1} of ${guide.total}`), h("h2", {}, guide.title), h("p", {}, guide.text),
      elsewhere && h("button", { type: "button", class: "button button-primary", onclick: () => this.go({ as: guide.person || state.me.id, place: guide.place || state.me.place, thread: "" }) },
        other ? `Be ${who}` : "Take me there"));
  }

  head(words) {
    return h("div", { class: "guide-head" }, h("span", {}, words), h("button", { type: "button", class: "head-button", "aria-label": "Leave the guide", title: "Leave the guide", onclick: () => this.leave() }, icon("close")));
  }

  end() {
    fill(this.node, this.head("Done"), h("h2", {}, "That is the whole of it"),
      h("p", {}, "Go on by yourself: be anybody, type /escalate help, break things. “Start again” brings the company back to where it was."));
    this.seen = state.guide.total - 1;
  }

  leave() {
    sessionStorage.setItem("guide", state.about.boot);
    this.draw();
  }

  // The thing that is meant gets a ring around it.
  point(at) {
    for (const node of document.querySelectorAll(".pointed")) node.classList.remove("pointed");
    if (!at) return;
    const [kind, words] = at.split(/:(.*)/);
    const found = kind === "button" ? [...document.querySelectorAll(".message .button, .message-main .button")].filter((one) => one.textContent.startsWith(words)).at(-1)
      : kind === "message" ? [...document.querySelectorAll(".message:not(.system)")].at(-1)
        : document.querySelector(`[data-points="${CSS.escape(at)}"]`);
    found?.classList.add("pointed");
  }
}
