// One message: face, name, time, what it says, what may be done with it.

import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { act, state } from "./connection.js";
import { time } from "./dates.js";
import { h, icon, menu } from "./dom.js";
import { emoji, REACTIONS } from "./emoji.js";
import { say } from "./notes.js";
import { mrkdwn } from "./text.js";

const LONG = 1800;

export function messageEnv(body, reader) {
  const where = { channel: body.channel, ts: body.ts };
  return {
    surface: "message", reader, id: body.ts.replace(".", "-"), values: {},
    press: (block, one, option) => sent(act("press", { ...where, block: block.block_id, action: one.action_id ?? "", option })),
    enter: (block, one, value) => sent(act("press", { ...where, block: block.block_id, action: one.action_id ?? "", option: value })),
    options: (block, one, typed) => act("options", { ...where, block: block.block_id, action: one.action_id ?? "", typed }),
  };
}

export async function sent(answer) {
  const body = await answer;
  if (!body.ok) say(body.error);
  else if (body.trouble) say(body.trouble);
  return body;
}

export function messageNode(body, reader, { follows = false, inThread = false, openThread } = {}) {
  const person = state.people[body.user];
  if (body.system) {
    return h("li", { class: "message system", data: { ts: body.ts } }, h("span", { class: "system-words" }, mrkdwn(body.text, reader)), when(body, reader));
  }
  const name = person?.real ?? body.user;
  const node = h("li", { class: `message${follows ? " follows" : ""}${body.only ? " only" : ""}${body.pinned ? " pinned" : ""}`, data: { ts: body.ts }, tabindex: "-1" },
    h("div", { class: "message-side" }, follows ? when(body, reader) : avatar(body.user, person)),
    h("div", { class: "message-main" },
      body.only && h("p", { class: "message-mark" }, icon("eye"), " Only visible to you"),
      body.pinned && h("p", { class: "message-mark" }, icon("pin"), " Pinned"),
      follows ? h("span", { class: "hidden" }, `${name}, ${time(+body.ts, reader.zone)}`)
        : h("div", { class: "message-head" }, h("span", { class: "message-author" }, name),
            body.app && h("span", { class: "badge" }, "App"), badge(person), when(body, reader)),
      content(body, reader),
      reactions(body),
      body.thread && !inThread && threadLink(body, reader, openThread),
      body.only && h("button", { type: "button", class: "link-button small", onclick: () => act("dismiss", { channel: body.channel, ts: body.ts }) }, "Dismiss")));
  for (const event of ["mouseenter", "focusin"]) node.addEventListener(event, () => tools(node, body, openThread));
  return node;
}

function badge(person) {
  if (person?.kind === "stranger") return h("span", { class: "badge badge-warm" }, "External");
  if (person?.kind === "guest") return h("span", { class: "badge" }, "Guest");
  return person?.title && h("span", { class: "message-title" }, person.title);
}

function when(body, reader) {
  const words = time(+body.ts, reader.zone);
  return h("time", { class: "message-time", datetime: new Date(+body.ts * 1000).toISOString() }, words);
}

function content(body, reader) {
  const env = messageEnv(body, reader);
  const words = body.blocks.length ? blocks(body.blocks, env) : h("div", { class: "message-text" }, mrkdwn(body.text, reader));
  const edited = body.edited && h("span", { class: "edited" }, "(edited)");
  const extra = body.attachments.map((one) => h("div", { class: "attachment" },
    [one.pretext, one.title, one.text].filter(Boolean).map((part) => h("div", { class: "message-text" }, mrkdwn(part, reader))), blocks(one.blocks ?? [], env)));
  const box = h("div", { class: "message-content" }, words, extra);
  if (edited) (body.blocks.length ? box : box.firstChild).append(" ", edited);
  if (!body.blocks.length && body.text.length > LONG) return folded(box);
  return box;
}

function folded(box) {
  box.classList.add("folded");
  const more = h("button", { type: "button", class: "link-button", onclick: () => {
    const open = box.classList.toggle("folded");
    more.textContent = open ? "Show all" : "Show less";
  } }, "Show all");
  return h("div", {}, box, more);
}

function reactions(body) {
  const entries = Object.entries(body.reactions);
  return entries.length > 0 && h("div", { class: "reactions" }, entries.map(([name, users]) =>
    h("button", { type: "button", class: users.includes(state.me.id) ? "reaction mine" : "reaction", "aria-label": `${name}, ${users.length}`,
      onclick: () => act("react", { channel: body.channel, ts: body.ts, name }) }, `${emoji(name)} ${users.length}`)));
}

function threadLink(body, reader, openThread) {
  const { count, people, last } = body.thread;
  return h("button", { type: "button", class: "thread-link", onclick: () => openThread(body.ts) },
    people.map((id) => avatar(id, state.people[id], "tiny")), h("strong", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    h("span", {}, `Last at ${time(+last, reader.zone)}`));
}

// The tools stand ready only on the message that is pointed at: two thousand messages need no two thousand toolbars.
function tools(node, body, openThread) {
  if (node.querySelector(".tools") || body.only) return;
  for (const other of document.querySelectorAll(".tools")) other.remove();
  const shortcuts = state.about.shortcuts.filter((one) => one.kind === "message");
  const more = h("button", { type: "button", class: "tool", "aria-label": "More actions", title: "More actions", "aria-haspopup": "menu", "aria-expanded": "false",
    onclick: () => menu(more, "More actions", shortcuts.map((one) => ({
      words: one.name, more: `${one.description} · ${state.about.app.name}`,
      before: h("span", { class: "avatar avatar-app tiny" }),
      run: () => sent(act("shortcut", { channel: body.channel, ts: body.ts, callback: one.callback_id })),
    })), { side: "right-edge" }) }, icon("dots"));
  const smile = h("button", { type: "button", class: "tool", "aria-label": "Add a reaction", title: "Add a reaction", "aria-haspopup": "menu", "aria-expanded": "false",
    onclick: () => menu(smile, "Reactions", REACTIONS.map((name) => ({ words: `${emoji(name)} ${name.replaceAll("_", " ")}`,
      run: () => sent(act("react", { channel: body.channel, ts: body.ts, name })) })), { side: "right-edge" }) }, icon("smile"));
  node.append(h("div", { class: "tools", role: "toolbar", "aria-label": "Message actions" }, smile,
    openThread && h("button", { type: "button", class: "tool", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => openThread(body.ts) }, icon("reply")),
    more));
}
