// Short words at the foot of the page: what went wrong, in Slack's own words where it has some.

import { h } from "./dom.js";

let box = null;

export function say(words) {
  if (!box?.isConnected) document.body.append((box = h("div", { class: "notes", role: "status", "aria-live": "polite" })));
  const note = h("div", { class: "note" }, words);
  box.append(note);
  setTimeout(() => note.remove(), 6000);
}
