// Where everything meets: the screen is drawn from what the workspace sent, the address says who looks at what.

import { Composer } from "./composer.js";
import { act, connect, look, now, onChange, state } from "./connection.js";
import { Conversation, Thread } from "./conversation.js";
import { fill, h } from "./dom.js";
import { Guide } from "./guide.js";
import { appTabs, Home } from "./home.js";
import { Modals } from "./modal.js";
import * as place from "./place.js";
import { Sidebar } from "./sidebar.js";
import { BreakIt, Stage } from "./stage.js";

const reader = {
  get me() { return state.me?.id ?? ""; },
  get zone() { return state.people[state.me?.id]?.tz ?? "UTC"; },
  now,
  user: (id) => state.people[id]?.real.split(" ")[0] ? state.people[id].real : id,
  fullName: (id) => state.people[id]?.real ?? id,
  channel: (id) => [...state.sidebar.own, ...state.sidebar.others].find((one) => one.id === id)?.name ?? null,
  group: (id) => state.groups[id] ?? id,
  everybody: () => Object.keys(state.people).filter((id) => !state.people[id].gone && state.people[id].kind !== "bot"),
  everywhere: () => [...state.sidebar.own, ...state.sidebar.others].filter((one) => one.name).map((one) => one.id),
  go: (id) => go({ place: id, thread: "" }),
};

let wish = { as: "", place: "", thread: "" };
let started = 0;
let measured = 0;
let jump = "";
let visiting = "";

function go(change, quietly = false) {
  const { jump: target, ...rest } = change;
  jump = target ?? "";
  const before = wish;
  wish = { ...wish, count: 0, ...rest };
  if (wish.as !== before.as && !("place" in rest)) wish.place = before.place;
  started = performance.now();
  measured = look(wish);
  if (!quietly) place.write(wish);
  page.dataset.sidebar = "closed";
}

const page = document.getElementById("page");
const composer = new Composer();
const modals = new Modals(reader);
const stage = new Stage({ be: (id) => go({ as: id, thread: "" }), togglePanel: () => togglePanel() });
const sidebar = new Sidebar({ go });
const openSidebar = () => {
  page.dataset.sidebar = page.dataset.sidebar === "open" ? "closed" : "open";
  if (page.dataset.sidebar === "open") sidebar.node.querySelector(".current, .place")?.focus();
};
const openThread = (ts) => go({ thread: ts }, false);
const conversation = new Conversation({ reader, go, openThread, openSidebar, composer });
const home = new Home({ reader, go, openSidebar });
const thread = new Thread({ reader, close: () => go({ thread: "" }), composer: new Composer({ thread: () => wish.thread }) });
const breakIt = new BreakIt({ close: () => togglePanel(false) });
const guide = new Guide({ go });
const offline = h("div", { class: "offline", role: "status", hidden: true }, "The workspace is out of reach. This page goes on as soon as it is back.");
const main = h("main", { class: "middle" });

function togglePanel(open = page.dataset.panel !== "open") {
  page.dataset.panel = open ? "open" : "closed";
  stage.lab.setAttribute("aria-expanded", String(open));
  drawSides();
  guide.draw();
}

function drawSides() {
  const side = page.dataset.panel === "open" ? breakIt.node : state.me?.thread ? thread.node : null;
  const body = page.querySelector(".workspace");
  // What stands there already is left where it is, or it would lose the place to which somebody has scrolled.
  if (!body.children.length) body.append(sidebar.node, main);
  for (const old of [...body.children].slice(2)) if (old !== side) old.remove();
  if (side && !side.isConnected) body.append(side);
  body.classList.toggle("with-side", Boolean(side));
}

function draw(changed) {
  offline.hidden = state.online;
  if (!state.me) return;
  const has = (...names) => names.some((name) => changed.has(name));
  const { me } = state;
  if (me.serial === measured && has("me")) {
    wish = { ...wish, as: me.id, place: me.place, thread: me.thread };
    place.write(wish, true);
  }
  const isHome = me.place === "home";
  tellApp(me);
  drawSides();
  if (has("me", "people", "cast", "lab", "clock")) stage.draw();
  if (has("me", "sidebar", "people", "channel")) sidebar.draw();
  if (isHome && has("me", "home", "people", "sidebar")) home.draw();
  if (!isHome && has("me", "channel", "people", "sidebar")) conversation.drawHead();
  if (!isHome && has("me", "channel", "people")) tabs();
  const node = isHome ? home.node : conversation.node;
  if (main.firstChild !== node) main.replaceChildren(node);
  if (!isHome && has("me", "messages", "people", "channel")) conversation.drawMessages();
  if (me.thread && has("me", "replies")) thread.draw();
  if (has("lab", "me")) breakIt.draw();
  if (has("me", "modals", "people", "sidebar")) modals.draw();
  guide.draw();
  document.title = titleWords();
  measure(me);
}

// The app hears of whoever comes to its Home or its messages, by whatever way they came.
function tellApp({ id, place: at }) {
  const there = at === "home" || at === state.sidebar.app ? `${id} ${at}` : "";
  if (there && there !== visiting) act("home", { tab: at === "home" ? "home" : "messages" });
  visiting = there;
}

function tabs() {
  const isApp = state.channel.id === state.sidebar.app;
  const tools = conversation.head.querySelector(".tabs");
  tools?.remove();
  if (isApp) conversation.head.append(appTabs("messages", go) ?? "");
}

function titleWords() {
  const where = state.me.place === "home" ? state.about.app.name : reader.channel(state.me.place) ?? state.about.app.name;
  const calls = state.cast[state.me.id];
  return `${calls ? `(${calls}) ` : ""}${where} · ${state.people[state.me.id]?.real} · ${state.about.team}`;
}

// The page's own timing: from the wish to go somewhere until it stands there.
function measure(me) {
  if (!started || me.serial !== measured) return;
  const target = jump;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (!started) return;
    performance.measure("switch", { start: started, end: performance.now(), detail: me.place });
    started = 0;
  }));
  if (target) { jump = ""; conversation.jump(target); }
}

addEventListener("keydown", (event) => {
  // What lies on top goes first.
  if (event.key === "Escape" && page.dataset.sidebar === "open" && !document.querySelector(":popover-open")) page.dataset.sidebar = "closed";
});

fill(page, offline, stage.node, guide.space, guide.node, h("div", { class: "workspace" }), h("button", { type: "button", class: "curtain", tabindex: "-1", "aria-hidden": "true", onclick: openSidebar }));
const busy = h("span");
const curtain = h("p", { class: "preparing", role: "status" }, h("span", { class: "avatar avatar-app" }), busy);
await connect((words) => { busy.textContent = words; page.append(curtain); });
curtain.remove();
const wished = place.read();
wish = { as: wished.as || state.about.opens_as, place: wished.place, thread: wished.thread };
onChange(draw);
place.onMove(() => { const to = place.read(); wish = { ...to }; started = performance.now(); measured = look(wish); });
started = performance.now();
measured = look(wish);
