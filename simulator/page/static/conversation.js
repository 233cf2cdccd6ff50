// The middle of the page: a channel's head, its messages, and the thread beside it.

import { avatar } from "./avatar.js";
import { act, now, state } from "./connection.js";
import { dayHeading, dayOf } from "./dates.js";
import { add, fill, floating, h, icon } from "./dom.js";
import { markdown } from "./markdown.js";
import { messageNode, sent } from "./message.js";
import { link, mrkdwn } from "./text.js";

const MORE = 80;
const TOGETHER = 5 * 60;

export function channelName(channel) {
  if (channel.kind === "im" || channel.kind === "mpim") return channel.with.map((id) => state.people[id]?.real ?? id).join(", ");
  return channel.name;
}

export function channelSign(channel) {
  if (channel.kind === "im" || channel.kind === "mpim") return avatar(channel.with[0] ?? "", state.people[channel.with[0]], "tiny");
  return icon(channel.kind === "group" ? "lock" : "hash");
}

export class MessageList {
  // `follow` keeps the newest in sight unless the person has scrolled up to read.
  constructor({ reader, openThread, older, inThread = false, label }) {
    Object.assign(this, { reader, openThread, older, inThread });
    this.list = h("ol", { class: "messages", "aria-label": label });
    this.node = h("div", { class: "messages-scroll", tabindex: "0", role: "region", "aria-label": label }, this.list);
    this.drawn = new Map();
    this.key = "";
    this.node.addEventListener("scroll", () => { if (this.node.scrollTop < 200) this.older?.(); }, { passive: true });
    this.list.addEventListener("keydown", (event) => this.move(event));
  }

  move(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const own = event.target.closest(".message");
    if (event.target !== own) return;
    const all = [...this.list.querySelectorAll(".message:not(.system)")];
    const next = all[all.indexOf(own) + (event.key === "ArrowUp" ? -1 : 1)];
    if (!next) return;
    event.preventDefault();
    all.forEach((one) => { one.tabIndex = -1; });
    next.tabIndex = 0;
    next.focus();
  }

  draw({ channel, person, order, bodies, fresh }) {
    const key = `${person} ${channel} ${this.reader.zone}`;
    const anew = key !== this.key;
    if (anew) { this.drawn.clear(); this.list.replaceChildren(); this.key = key; }
    const atEnd = anew || this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 80;
    const oldHeight = this.node.scrollHeight;
    const grewUp = !anew && order[0] !== this.first;
    this.first = order[0];
    const wanted = [];
    let before = null;
    for (const ts of order) {
      const body = bodies[ts];
      const day = dayOf(+ts, this.reader.zone);
      if (!before || day !== dayOf(+before.ts, this.reader.zone)) wanted.push(this.divider(day, +ts));
      wanted.push(this.entry(body, before, !anew && fresh?.has(ts)));
      before = body;
    }
    this.settle(wanted);
    const last = [...this.list.querySelectorAll(".message:not(.system)")].at(-1);
    if (last && !this.list.querySelector('.message[tabindex="0"]')) last.tabIndex = 0;
    if (atEnd && !grewUp) this.node.scrollTop = this.node.scrollHeight;
    else if (grewUp) this.node.scrollTop += this.node.scrollHeight - oldHeight;
  }

  divider(day, ts) {
    const words = dayHeading(ts, this.reader.zone, now());
    const key = `day ${day} ${words}`;
    if (!this.drawn.has(key)) this.drawn.set(key, h("li", { class: "day" }, h("span", {}, words)));
    return this.drawn.get(key);
  }

  entry(body, before, isFresh) {
    const follows = Boolean(before && !before.system && !body.system && before.user === body.user && !body.pinned && !before.only && !body.only
      && +body.ts - +before.ts < TOGETHER && dayOf(+body.ts, this.reader.zone) === dayOf(+before.ts, this.reader.zone));
    const known = this.drawn.get(body.ts);
    if (known && known.body === body && known.follows === follows) return known.node;
    const node = messageNode(body, this.reader, { follows, inThread: this.inThread, openThread: this.openThread });
    if (isFresh) node.classList.add("fresh");
    keepFocus(known?.node, node);
    this.drawn.set(body.ts, { node, body, follows });
    return node;
  }

  settle(wanted) {
    const keep = new Set(wanted);
    for (const child of [...this.list.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((node, at) => { if (this.list.children[at] !== node) this.list.insertBefore(node, this.list.children[at] ?? null); });
  }
}

// A message that is drawn anew under somebody's fingers leaves the focus on the same button.
function keepFocus(old, node) {
  if (!old?.contains(document.activeElement)) return;
  const action = document.activeElement.dataset.action;
  requestAnimationFrame(() => {
    const same = action && [...node.querySelectorAll("[data-action]")].find((one) => one.dataset.action === action);
    if (document.activeElement === document.body) (same ?? node).focus();
  });
}

export class Conversation {
  constructor({ reader, go, openThread, openSidebar, composer }) {
    this.go = go;
    this.openThread = openThread;
    this.head = h("header", { class: "channel-head" });
    this.bookmarks = h("div", { class: "bookmarks" });
    this.list = new MessageList({ reader, openThread, label: "Messages", older: () => this.older() });
    this.reader = reader;
    this.openSidebar = openSidebar;
    this.composer = composer;
    this.foot = h("div", { class: "channel-foot" });
    this.node = h("section", { class: "conversation", "aria-label": "Conversation" }, this.head, this.bookmarks, this.list.node, this.foot);
    this.count = 0;
  }

  older() {
    const shown = state.messages.order.length;
    if (shown >= (state.channel.total ?? 0) || this.asked >= shown + MORE) return;
    this.asked = shown + MORE;
    this.go({ count: this.asked }, true);
  }

  drawHead() {
    const { channel } = state;
    if (!channel.id) return;
    if (this.shownId !== channel.id) { this.shownId = channel.id; this.asked = 0; }
    const isDirect = channel.kind === "im" || channel.kind === "mpim";
    const pins = h("button", { type: "button", class: "head-button", "aria-haspopup": "dialog", onclick: () => this.showPins(pins) }, icon("pin"), `${channel.pins.length}`, h("span", { class: "hidden" }, " pinned"));
    const people = h("button", { type: "button", class: "head-button", "aria-haspopup": "dialog", onclick: () => this.showPeople(people) }, icon("people"), `${channel.members.length}`, h("span", { class: "hidden" }, " members"));
    const canvas = h("button", { type: "button", class: "head-button", "aria-haspopup": "dialog", onclick: () => this.showCanvas(canvas) }, icon("canvas"), "Canvas");
    fill(this.head,
      h("button", { type: "button", class: "head-button only-narrow", "aria-label": "Channels and messages", onclick: this.openSidebar }, icon("menu")),
      h("div", { class: "head-words" },
        h("h1", {}, channelSign(channel), h("span", {}, channelName(channel)), channel.shared && h("span", { class: "badge badge-warm" }, "Shared"), channel.archived && h("span", { class: "badge" }, "Archived")),
        !isDirect && channel.topic && h("p", { class: "topic", title: channel.topic }, mrkdwn(channel.topic, this.reader))),
      h("div", { class: "head-tools" }, channel.canvas && canvas, channel.pins.length > 0 && pins, !isDirect && people));
    fill(this.bookmarks, channel.bookmarks.map((one) => this.bookmark(one)));
    this.bookmarks.hidden = channel.bookmarks.length === 0;
    this.drawFoot();
  }

  bookmark(one) {
    const own = one.link.match(/\/archives\/(\w+)\/p(\d{10})(\d{6})/);
    const words = [icon("link"), one.title];
    if (!own) return h("span", { class: "bookmark" }, link(one.link, h("span", { class: "bookmark-words" }, words)));
    return h("button", { type: "button", class: "bookmark", onclick: () => this.jump(`${own[2]}.${own[3]}`) }, words);
  }

  drawFoot() {
    const { channel } = state;
    const words = channel.archived ? "This channel is archived." : !channel.member ? `You are looking at #${channel.name} from outside.` : "";
    if (!words) {
      if (this.foot.firstChild !== this.composer.node) fill(this.foot, this.composer.node);
      this.composer.draw();
      return;
    }
    fill(this.foot, h("div", { class: "outside" }, h("span", {}, words),
      !channel.archived && channel.kind === "channel" && h("button", { type: "button", class: "button button-primary", onclick: () => sent(act("join", { channel: channel.id })) }, "Join channel")));
  }

  drawMessages() {
    if (state.messages.channel === state.me?.place) this.list.draw(state.messages);
    if (state.channel.total === 0) this.list.list.replaceChildren(h("li", { class: "empty" }, "Nothing has been said here yet."));
  }

  jump(ts) {
    const found = this.list.list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!found) {
      if (state.messages.order.length < state.channel.total) this.go({ count: state.channel.total, jump: ts }, true);
      return;
    }
    found.scrollIntoView({ block: "center" });
    found.classList.add("fresh");
    found.focus();
  }

  showPins(anchor) {
    const rows = state.channel.pins.map((body) => messageNode({ ...body, pinned: false }, this.reader, { inThread: true }));
    this.show(anchor, "Pinned", h("ol", { class: "messages" }, rows));
  }

  showPeople(anchor) {
    const rows = state.channel.members.map((id) => h("li", {}, avatar(id, state.people[id], "small"), h("span", {}, h("strong", {}, state.people[id]?.real ?? id), h("small", {}, state.people[id]?.title ?? ""))));
    this.show(anchor, "Members", h("ul", { class: "people-list" }, rows));
  }

  showCanvas(anchor) {
    this.show(anchor, state.channel.canvas.title || "Canvas", markdown(state.channel.canvas.markdown));
  }

  show(anchor, title, content) {
    const box = h("div", { class: "sheet", role: "dialog", "aria-label": title }, h("h2", {}, title), content);
    floating(anchor, box, { side: "right-edge" });
  }
}

export class Thread {
  constructor({ reader, close, composer }) {
    this.list = new MessageList({ reader, label: "Thread", inThread: true });
    this.composer = composer;
    this.node = h("aside", { class: "thread", "aria-label": "Thread" },
      h("header", { class: "panel-head" }, h("h2", {}, "Thread"), h("button", { type: "button", class: "head-button", "aria-label": "Close thread", onclick: close }, icon("close"))),
      this.list.node, h("div", { class: "channel-foot" }, composer.node));
  }

  draw() {
    this.list.draw(state.replies);
    this.composer.draw();
  }
}

export function emptyNode(words) {
  return add(h("p", { class: "empty" }), [words]);
}
