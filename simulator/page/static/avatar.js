// A face for everybody: their initials on a colour of their own.

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
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 9973;
  return h("span", { class: `avatar tone-${sum % 10} ${size}`, "aria-hidden": "true" }, person ? initials(person.real) : "?");
}
