// Elements are made here and nowhere from markup: whatever people typed can only ever become text.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(node.dataset, value);
    else if (key === "class") node.className = value;
    else if (key in node && typeof value === "boolean") node[key] = value;
    else node.setAttribute(key, value);
  }
  add(node, children);
  return node;
}

export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    node.append(child);
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  bolt: "M13 3 5 14h6l-1 7 9-12h-6z",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9l6 6 6-6",
  menu: "M4 7h16M4 12h16M4 17h16",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  eye: "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  send: "M4 12 20 5l-5 15-3-6z",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  wrench: "M14.5 6a4.5 4.5 0 0 0-6 5.5L3 17l4 4 5.5-5.5A4.5 4.5 0 0 0 18 9.5l-3 3-3-3z",
  again: "M4 12a8 8 0 1 1 2.5 5.8M4 19v-5h5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5",
  reply: "M20 11a8 7 0 0 1-11.5 6.2L4 19l1.5-4A7 7 0 1 1 20 11z",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14c1.8 2.5 5.2 2.5 7 0M9 9.5h.01M15 9.5h.01",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 11a3 3 0 1 0-1-5.8M17 14.2c2.5.5 4 2.5 4.5 5.8",
  next: "M5 5l9 7-9 7zM18 5v14",
  canvas: "M6 3h9l4 4v14H6zM9 11h7M9 15h7",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  plus: "M12 5v14M5 12h14",
  check: "M5 12l5 5 9-10",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// A floating box beside what opened it; the browser closes it on Escape and on a click elsewhere.
export function floating(anchor, box, { onclose = () => {}, side = "below", width, kind = "auto" } = {}) {
  box.setAttribute("popover", kind);
  // It belongs to the part of the page that it was opened from; it lies above everything all the same.
  (anchor.closest("dialog, main, nav, aside, header.stage") ?? document.body).append(box);
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    box.remove();
    removeEventListener("scroll", place, true);
    removeEventListener("redrawn", place);
    onclose();
  });
  const place = (event) => {
    if (event?.target !== window && box.contains(event?.target ?? null)) return;
    // What it belonged to has been drawn anew.
    if (!anchor.isConnected) { box.hidePopover(); return; }
    const from = anchor.getBoundingClientRect();
    if (width === "same") box.style.minWidth = `${from.width}px`;
    const size = box.getBoundingClientRect();
    const room = innerHeight - from.bottom - 12;
    const above = side === "above" ? from.top > size.height + 12 : room < size.height && from.top > room;
    box.style.top = `${Math.max(8, above ? from.top - size.height - 6 : from.bottom + 6)}px`;
    const left = side === "right-edge" ? from.right - size.width : from.left;
    box.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
  };
  box.showPopover();
  place();
  addEventListener("scroll", place, true);
  addEventListener("redrawn", place);
  return { place: () => place(), close: () => box.isConnected && box.hidePopover() };
}

// A menu of commands: arrows move, Enter chooses, Escape goes back to what opened it.
export function menu(anchor, label, entries, options = {}) {
  const items = entries.filter(Boolean).map((entry) =>
    entry.heading
      ? h("div", { class: "menu-heading", role: "presentation" }, entry.heading)
      : h("button", { type: "button", role: "menuitem", tabindex: "-1", class: `menu-item ${entry.class ?? ""}`,
          onclick: () => { handle.close(); anchor.focus(); entry.run(); } },
          entry.before, h("span", { class: "menu-words" }, h("span", {}, entry.words), entry.more && h("small", {}, entry.more)), entry.after));
  const box = h("div", { class: "menu", role: "menu", "aria-label": label }, items);
  const choices = items.filter((item) => item.getAttribute("role") === "menuitem");
  box.addEventListener("keydown", (event) => {
    const at = choices.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choices[(to + choices.length) % choices.length]?.focus();
  });
  anchor.setAttribute("aria-expanded", "true");
  const handle = floating(anchor, box, { ...options, onclose: () => {
    anchor.setAttribute("aria-expanded", "false");
    if (box.contains(document.activeElement) || document.activeElement === document.body) anchor.focus();
    options.onclose?.();
  } });
  choices[0]?.focus();
  return handle;
}
