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
const AT_END = 80;

export function channelName(channel) {
  if (channel.kind === "im" || channel.kind === "mpim") return channel.with.map((id) => state.people[id]?.real ?? id).join(", ");
  return channel.name;
}

export function channelSign(channel) {
  if (channel.kind === "im" || channel.kind === "mpim") return avatar(channel.with[0] ?? "", state.people[channel.with[0]], "tiny");
  return icon(channel.kind === "group" ? "lock" : "hash");
}

function arrival(body) {
  const [, who, how] = (body.system && body.text.match(/^<@(\w+)> ((?:was added to|has joined) the channel.*)$/)) || [];
  return who && { who, how };
}

function allCame(who, how) {
  const names = who.map((id) => `<@${id}>`);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)} ${how.replace("was", "were").replace("has", "have")}`;
}

export class MessageList {
  // `follow` keeps the newest in sight unless the person has scrolled up to read.
  constructor({ reader, openThread, older, inThread = false, label }) {
    Object.assign(this, { reader, openThread, older, inThread });
    this.list = h("ol", { class: "messages", "aria-label": label });
    this.node = h("div", { class: "messages-scroll", tabindex: "0", role: "region", "aria-label": label }, this.list);
    this.drawn = new Map();
    this.key = "";
    this.atEnd = true;
    this.node.addEventListener("scroll", () => {
      // Where there is only less room than before, nobody has scrolled up.
      this.atEnd = this.isAtEnd() || (this.atEnd && this.node.scrollTop >= this.rest);
      if (this.node.scrollTop < 200) this.older?.();
    }, { passive: true });
    // Who reads the newest goes on reading it when a panel or a hint takes some of the room.
    const room = new ResizeObserver(() => { if (this.atEnd) this.toEnd(); });
    room.observe(this.node);
    room.observe(this.list);
    this.list.addEventListener("keydown", (event) => this.move(event));
  }

  isAtEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < AT_END;
  }

  // The newest in sight: where only Slack's own lines follow it, its head rather than those.
  toEnd() {
    let last = this.list.lastElementChild;
    while (last?.matches(".system")) last = last.previousElementSibling;
    const end = this.node.scrollHeight - this.node.clientHeight;
    const head = last?.matches(".message") && last !== this.list.lastElementChild ? last.offsetTop - 4 : end;
    const fits = head < end && head > end - AT_END && head + this.node.clientHeight > last.offsetTop + last.offsetHeight;
    this.node.scrollTop = fits ? head : end;
    this.rest = this.node.scrollTop;
    this.atEnd = true;
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

  draw({ channel, person, order, bodies, fresh }, { beginning = null, newFrom = "" } = {}) {
    const key = `${person} ${channel} ${this.reader.zone}`;
    const anew = key !== this.key;
    if (anew) { this.drawn.clear(); this.list.replaceChildren(); this.key = key; }
    // Whoever says something, or is answered alone, sees it wherever they were reading.
    const own = !anew && order.some((ts) => +ts > this.newest && !bodies[ts].system && (bodies[ts].only || bodies[ts].user === person));
    const atEnd = anew || own || this.isAtEnd();
    this.newest = +(order.at(-1) ?? 0);
    const oldHeight = this.node.scrollHeight;
    const grewUp = !anew && +order[0] < +this.first;
    this.first = order[0];
    const wanted = beginning ? [this.once(`beginning ${beginning.key}`, beginning.node)] : [];
    let before = null;
    for (const body of this.together(order.map((ts) => bodies[ts]))) {
      const day = dayOf(+body.ts, this.reader.zone);
      if (!before || day !== dayOf(+before.ts, this.reader.zone)) wanted.push(this.divider(day, +body.ts));
      if (body.ts === newFrom) wanted.push(this.once("new", () => h("li", { class: "new-mark" }, h("span", {}, "New"))));
      wanted.push(this.entry(body, body.ts === newFrom ? null : before, !anew && fresh?.has(body.ts)));
      before = body;
    }
    this.settle(wanted);
    const last = [...this.list.querySelectorAll(".message:not(.system)")].at(-1);
    if (last && !this.list.querySelector('.message[tabindex="0"]')) last.tabIndex = 0;
    if (atEnd) this.toEnd();
    else if (grewUp) this.node.scrollTop += this.node.scrollHeight - oldHeight;
  }

  divider(day, ts) {
    const words = dayHeading(ts, this.reader.zone, now());
    return this.once(`day ${day} ${words}`, () => h("li", { class: "day" }, h("span", {}, words)));
  }

  once(key, make) {
    if (!this.drawn.has(key)) this.drawn.set(key, make());
    return this.drawn.get(key);
  }

  // Those who were brought in one after the other stand in one line.
  together(bodies) {
    const out = [];
    for (const body of bodies) {
      const came = arrival(body);
      const last = out.at(-1);
      if (came && last && arrival(last.first)?.how === came.how) last.who.push(came.who);
      else out.push(came ? { first: body, who: [came.who] } : { first: body });
    }
    return out.map(({ first, who }) => (who?.length > 1 ? this.once(`came ${first.ts} ${who}`, () => ({ ...first, text: allCame(who, arrival(first).how) })) : first));
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

function reason({ kind, shared, creator, created }) {
  const what = kind === "group" ? "private channel" : "channel";
  const day = dayHeading(created, state.people[state.me.id]?.tz ?? "UTC", now());
  const since = ["Today", "Yesterday"].includes(day) ? day.toLowerCase() : `on ${day}`;
  return `${state.people[creator] ? `<@${creator}> made this ${what} ${since}.` : `Everybody is in this ${what}.`}${shared ? " A customer reads and writes here, too." : ""} `;
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
    if (state.messages.channel !== state.me?.place || state.channel.id !== state.me.place) return;
    const whole = state.messages.order.length >= state.channel.total;
    this.list.draw(state.messages, { beginning: whole && this.beginning(), newFrom: state.me.new_from });
  }

  // What stands above the first message ever.
  beginning() {
    const { channel } = state;
    const isDirect = channel.kind === "im" || channel.kind === "mpim";
    const name = channelName(channel);
    const words = isDirect ? `This is the beginning of what you and ${name} have written to each other.`
      : `${reason(channel)}This is its very beginning.`;
    return { key: `${name} ${words} ${channel.total === 0}`, node: () => h("li", { class: "beginning" }, channelSign(channel), h("strong", {}, name), h("p", {}, mrkdwn(words, this.reader)),
      channel.total === 0 && h("p", { class: "empty" }, "Nothing has been said here yet.")) };
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
