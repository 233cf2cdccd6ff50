// The guided first minute: one hint at a time, which leads to the next and may be sent away.

import { skip, state } from "./connection.js";
import { fill, h, icon } from "./dom.js";

const SEEN = 0.6;
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Guide {
  constructor({ go }) {
    this.go = go;
    this.node = h("section", { class: "guide", "aria-label": "Guide", "aria-live": "polite", hidden: true });
    this.space = h("div", { class: "guide-space", hidden: true });
    this.show = h("button", { type: "button", class: "button button-primary", hidden: true, onclick: () => this.found?.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" }) }, "Show me");
    this.watch = new IntersectionObserver((seen) => { this.show.hidden = seen.at(-1).intersectionRatio >= SEEN; }, { threshold: [0, SEEN] });
  }

  get dismissed() {
    return sessionStorage.getItem("guide") === state.about.boot;
  }

  draw() {
    const { guide } = state;
    const over = !guide.total || this.dismissed || (guide.step >= guide.total && this.seen !== guide.total - 1);
    this.node.hidden = over;
    if (over) this.space.hidden = true;
    const other = guide.person && guide.person !== state.me?.id;
    const elsewhere = other || (guide.place && guide.place !== state.me?.place);
    const within = ["message", "button", "submit"].includes(guide.points_at?.split(":")[0]);
    this.point(over || (elsewhere && within) ? "" : guide.points_at ?? "");
    if (over) return;
    // While a form is open only what is inside it can be seen and pressed; a hint that leads elsewhere waits behind it.
    const form = elsewhere ? null : document.querySelector("dialog[open]");
    const parent = form ?? document.getElementById("page");
    if (this.node.parentNode !== parent) {
      // What lies behind the form must not jump.
      if (form) {
        this.space.style.height = `${this.node.getBoundingClientRect().height}px`;
        parent.append(this.node);
      } else this.space.after(this.node);
    }
    this.space.hidden = !form;
    const key = JSON.stringify([guide, state.me?.id, state.me?.place]);
    if (key === this.key) return;
    this.key = key;
    this.seen = guide.step;
    if (guide.step >= guide.total) { this.end(); return; }
    const who = state.people[guide.person]?.real;
    fill(this.node, this.count(`${guide.step + 1} of ${guide.total}`), this.words(guide.title, guide.text),
      elsewhere && h("button", { type: "button", class: "button button-primary", onclick: () => this.go({ as: guide.person || state.me.id, place: guide.place || state.me.place, thread: "" }) },
        other ? `Be ${who}` : "Take me there"),
      !elsewhere && this.show,
      h("button", { type: "button", class: "guide-skip", onclick: () => skip(guide.step) }, "Skip", h("span", { class: "hidden" }, " this step")), this.way());
  }

  count(words) {
    return h("span", { class: "guide-count" }, words);
  }

  words(title, text) {
    return h("div", { class: "guide-words" }, h("h2", {}, title), h("p", {}, text));
  }

  way() {
    return h("button", { type: "button", class: "head-button guide-leave", "aria-label": "Leave the guide", title: "Leave the guide", onclick: () => this.leave() }, icon("close"));
  }

  end() {
    fill(this.node, this.count("Done"), this.words("That is the whole of it",
      "Go on by yourself: be anybody, open the app's Home, type /escalate stats or /escalate help, break things. “Start again” brings the company back. The README says how to install it in your own Slack."), this.way());
    this.seen = state.guide.total - 1;
  }

  leave() {
    sessionStorage.setItem("guide", state.about.boot);
    this.draw();
  }

  // The thing that is meant gets a ring around it.
  point(at) {
    for (const node of document.querySelectorAll(".pointed")) node.classList.remove("pointed");
    const [kind, words] = at.split(/:(.*)/);
    const found = at ? this.find(kind, words) : null;
    found?.classList.add("pointed");
    const scrolls = kind === "button" || kind === "message";
    this.follow(scrolls ? found : null);
    // Brought into sight for whoever comes here; after that the person looks where they like, and asks for it.
    const where = JSON.stringify([state.me?.id, state.me?.place]);
    if (found && scrolls && where !== this.pointedIn) found.scrollIntoView({ block: "nearest" });
    if (found || !at) this.pointedIn = where;
  }

  // While it is out of sight the way to it is offered.
  follow(found) {
    if (found === this.found) return;
    this.found = found;
    this.watch.disconnect();
    if (found) this.watch.observe(found);
    else this.show.hidden = true;
  }

  face(handle) {
    const face = document.querySelector(`.face[data-points="person:${CSS.escape(handle)}"]`);
    return face?.checkVisibility() ? face : document.querySelector(".who");
  }

  find(kind, words) {
    const all = (selector) => [...document.querySelectorAll(selector)];
    switch (kind) {
      case "button": return all(".message .button").filter((one) => one.textContent.startsWith(words)).at(-1);
      case "message": return all(".middle .message:not(.system)").filter((one) => one.textContent.includes(words)).at(-1);
      case "person": return this.face(words);
      case "place": return document.querySelector(`.sidebar [data-place="${CSS.escape(words)}"]`);
      // Once the panel is open, what is in it.
      case "trouble": return document.querySelector('.panel [data-points="bot"]') ?? document.querySelector('[data-points="trouble"]');
      default: return document.querySelector(`[data-points="${CSS.escape(kind)}"]`);
    }
  }
}
