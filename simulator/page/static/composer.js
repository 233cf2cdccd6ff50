// Where one types: a message, or a command with the list of what there is.

import { act, state } from "./connection.js";
import { fill, h, icon, menu } from "./dom.js";
import { channelName } from "./conversation.js";
import { sent } from "./message.js";

export class Composer {
  constructor({ thread = () => "" } = {}) {
    this.thread = thread;
    this.drafts = new Map();
    this.key = "";
    const id = `composer-${Math.random().toString(36).slice(2)}`;
    this.field = h("textarea", { class: "composer-field", rows: "1", id, "aria-autocomplete": "list", "aria-controls": `${id}-list`,
      oninput: () => { this.drafts.set(this.key, this.field.value); this.grow(); this.suggest(); }, onkeydown: (event) => this.keys(event), onblur: () => setTimeout(() => this.hide(), 150) });
    this.list = h("div", { class: "commands", role: "listbox", id: `${id}-list`, "aria-label": "Commands", hidden: true });
    this.bolt = h("button", { type: "button", class: "head-button", "aria-label": "Shortcuts", title: "Shortcuts", "aria-haspopup": "menu", "aria-expanded": "false", data: { points: "shortcuts" }, onclick: () => this.shortcuts() }, icon("bolt"));
    this.send = h("button", { type: "button", class: "send", "aria-label": "Send", title: "Send", onclick: () => this.go() }, icon("send"));
    this.hint = h("span", { class: "composer-hint" });
    this.node = h("div", { class: "composer", data: { points: "composer" } }, this.list, this.field, h("div", { class: "composer-foot" }, this.bolt, this.hint, this.send));
  }

  draw() {
    const key = `${state.me.id} ${state.channel.id} ${this.thread()}`;
    const words = this.thread() ? "Reply in thread" : `Message ${state.channel.kind?.length > 2 && !["mpim"].includes(state.channel.kind) ? "#" : ""}${channelName(state.channel)}`;
    this.field.placeholder = words;
    this.field.setAttribute("aria-label", words);
    this.bolt.hidden = Boolean(this.thread()) || !state.about.shortcuts.some((one) => one.kind === "global");
    // Slack takes no commands in threads.
    this.hint.textContent = this.thread() ? "" : "Type / for commands";
    if (key === this.key) return;
    this.key = key;
    this.field.value = this.drafts.get(key) ?? "";
    this.grow();
    this.hide();
  }

  grow() {
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight, 180)}px`;
    this.send.disabled = !this.field.value.trim();
  }

  suggest() {
    const typed = this.field.value;
    const found = typed.startsWith("/") && !typed.includes("\n") && !this.thread()
      ? state.about.commands.filter((one) => one.command.startsWith(typed.split(" ")[0])) : [];
    this.found = found;
    this.list.hidden = found.length === 0;
    this.at = 0;
    fill(this.list, found.map((one, place) => h("div", { class: "option command", role: "option", id: `command-${place}`, "aria-selected": place === 0 ? "true" : "false",
      onmousedown: (event) => { event.preventDefault(); this.take(one); } },
      h("span", { class: "avatar avatar-app small" }), h("span", { class: "menu-words" }, h("span", {}, h("strong", {}, one.command), ` ${one.usage_hint}`), h("small", {}, `${one.description} · ${state.about.app.name}`)))));
    if (found.length) this.field.setAttribute("aria-activedescendant", "command-0");
    else this.field.removeAttribute("aria-activedescendant");
  }

  hide() {
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  take(one) {
    this.field.value = `${one.command} `;
    this.hide();
    this.field.focus();
    this.grow();
  }

  keys(event) {
    const typing = this.field.value.split(" ")[0];
    const half = !this.list.hidden && this.found?.length && this.found[0].command !== typing;
    if ((event.key === "Tab" || event.key === "Enter") && half && !event.shiftKey) {
      event.preventDefault();
      this.take(this.found[this.at]);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.go();
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.hide();
    }
  }

  async go() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = "";
    this.drafts.delete(this.key);
    this.grow();
    this.hide();
    this.node.classList.add("waiting");
    const body = await sent(act("say", { channel: state.channel.id, text, thread: this.thread() }));
    this.node.classList.remove("waiting");
    // What could not be sent is given back.
    if (!body.ok && !this.field.value) { this.field.value = text; this.grow(); }
  }

  shortcuts() {
    const own = state.about.shortcuts.filter((one) => one.kind === "global");
    menu(this.bolt, "Shortcuts", [{ heading: state.about.app.name }, ...own.map((one) => ({
      words: one.name, more: one.description, before: h("span", { class: "avatar avatar-app tiny" }), run: () => sent(act("shortcut", { callback: one.callback_id })),
    }))], { side: "above" });
  }
}
