// A face for everybody: their initials on a colour of their own.

import { state } from "./connection.js";
import { h } from "./dom.js";

export function initials(name) {
  const words = name.replace(/\(.*?\)/g, "").trim().split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words[words.length - 1][0] : "")).toUpperCase();
}

export function avatar(id, person, size = "") {
  if (person?.ours) {
    const face = h("span", { class: `avatar avatar-app ${size}`, "aria-hidden": "true" });
    return face;
  }
  const place = Math.max(0, Object.keys(state.people).indexOf(id));
  return h("span", { class: `avatar tone-${place % 10} ${size}`, "aria-hidden": "true" }, person ? initials(person.real) : "?");
}
