// The app: its Home beside its messages.

import { state } from "./connection.js";
import { fill, h, icon } from "./dom.js";
import { ViewBody } from "./modal.js";

export class Home {
  constructor({ reader, go, openSidebar }) {
    this.go = go;
    this.body = new ViewBody(reader, "home");
    this.place = h("div", { class: "home-body", tabindex: "0", role: "region", "aria-label": "Home" });
    this.head = h("header", { class: "channel-head" });
    this.openSidebar = openSidebar;
    this.node = h("section", { class: "conversation", "aria-label": "App" }, this.head, this.place);
  }

  draw() {
    fill(this.head, h("button", { type: "button", class: "head-button only-narrow", "aria-label": "Channels and messages", onclick: this.openSidebar }, icon("menu")),
      h("div", { class: "head-words" }, h("h1", {}, h("span", { class: "avatar avatar-app tiny" }), state.about.app.name)), appTabs("home", this.go));
    if (!state.home.id) fill(this.place, h("p", { class: "empty" }, "The app has not put anything here yet."));
    else {
      if (this.place.firstChild !== this.body.node) fill(this.place, this.body.node);
      this.body.draw({ ...state.home, errors: {} });
    }
  }
}

export function appTabs(current, go) {
  if (!state.about.app.home) return null;
  const tab = (name, words, place) => h("button", { type: "button", class: "tab", "aria-current": name === current ? "page" : undefined,
    onclick: () => go({ place, thread: "" }) }, words);
  return h("nav", { class: "tabs", "aria-label": "App" }, tab("home", "Home", "home"), tab("messages", "Messages", state.sidebar.app));
}
