// Where one can go: channels, direct messages, the app.

import { avatar } from "./avatar.js";
import { withEmoji } from "./emoji.js";
import { act, state } from "./connection.js";
import { channelName, channelSign } from "./conversation.js";
import { fill, h, icon, menu } from "./dom.js";

export class Sidebar {
  constructor({ go }) {
    this.go = go;
    this.body = h("div", { class: "sidebar-body" });
    this.node = h("nav", { class: "sidebar", "aria-label": "Channels and messages" }, this.body);
  }

  draw() {
    const { own, others, app } = state.sidebar;
    const rows = own.filter((one) => one.id !== app);
    const groups = [rows.filter((one) => one.kind === "channel" || one.kind === "group").sort(byName), rows.filter((one) => one.kind === "im" || one.kind === "mpim")];
    const me = state.people[state.me.id];
    fill(this.body,
      h("div", { class: "team" }, h("strong", {}, state.about.team), h("span", { class: "team-me" }, avatar(state.me.id, me, "tiny"), h("span", {}, me?.real, (me?.status || me?.title) && h("small", {}, withEmoji(me.status ?? "") || me.title)))),
      this.heading("Channels", this.more("Other channels", others)), h("ul", {}, groups[0].map((one) => this.row(one))),
      this.heading("Direct messages", this.more("Write to", [], this.everybody())), h("ul", {}, groups[1].map((one) => this.row(one))),
      this.heading("Apps"), h("ul", {}, this.app(own.find((one) => one.id === app))));
  }

  heading(words, tool) {
    return h("div", { class: "sidebar-heading" }, h("h2", {}, words), tool);
  }

  row(one) {
    const current = state.me.place === one.id;
    const looks = ["place", one.unread && !current ? "unread" : "", current ? "current" : ""].filter(Boolean).join(" ");
    return h("li", {}, h("button", { type: "button", class: looks, "aria-current": current ? "page" : undefined, data: { place: one.id }, onclick: () => this.go({ place: one.id, thread: "" }) },
      channelSign(one), h("span", { class: "place-name" }, channelName(one)), one.unread > 0 && !current && this.count(one)));
  }

  count({ unread, calls }) {
    return calls > 0
      ? h("span", { class: "count" }, String(calls), h("span", { class: "hidden" }, " for you"))
      : h("span", { class: "dot" }, h("span", { class: "hidden" }, `${unread} new`));
  }

  app(dm) {
    const { home, name } = state.about.app;
    const current = state.me.place === "home" || state.me.place === state.sidebar.app;
    const unread = dm?.unread && !current;
    return h("li", {}, h("button", { type: "button", class: `place${current ? " current" : ""}${unread ? " unread" : ""}`, "aria-current": current ? "page" : undefined, data: { place: "app" },
      onclick: () => this.go({ place: home && !unread ? "home" : state.sidebar.app, thread: "" }) }, h("span", { class: "avatar avatar-app tiny" }), h("span", { class: "place-name" }, name), unread > 0 && this.count(dm)));
  }

  more(label, channels, people = []) {
    const entries = [
      ...channels.sort(byName).map((one) => ({ words: one.name, more: one.archived ? "archived" : "", before: channelSign(one), run: () => this.go({ place: one.id, thread: "" }) })),
      ...people,
    ];
    if (!entries.length) return null;
    const button = h("button", { type: "button", class: "sidebar-more", "aria-label": label, title: label, "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => menu(button, label, entries) }, icon("plus"));
    return button;
  }

  everybody() {
    return state.about.cast.filter((id) => id !== state.me.id && !state.people[id]?.gone).map((id) => ({
      words: state.people[id]?.real ?? id, more: state.people[id]?.title, before: avatar(id, state.people[id], "tiny"),
      run: async () => { const body = await act("direct", { user: id }); if (body.ok) this.go({ place: body.channel, thread: "" }); },
    }));
  }
}

function byName(one, other) {
  return one.name.localeCompare(other.name, "en", { numeric: true });
}
