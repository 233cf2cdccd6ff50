// The stack of forms: the top one is shown, what lies below waits.

import { blockNode } from "./blocks.js";
import { act, state } from "./connection.js";
import { fill, h, icon } from "./dom.js";
import { sent } from "./message.js";
import { plainWords } from "./text.js";

const PAUSE = 120;

// Sends what is typed soon after it was, in order, and at once where the app listens or the form is sent.
class Entries {
  constructor(view) {
    this.view = view;
    this.waiting = new Map();
    this.line = Promise.resolve();
  }

  put(block, one, value, dispatch) {
    const key = `${block.block_id}\n${one.action_id}`;
    clearTimeout(this.timer);
    this.waiting.set(key, { view: this.view, block: block.block_id, action: one.action_id, value, dispatch });
    if (dispatch) return this.flush();
    this.timer = setTimeout(() => this.flush(), PAUSE);
    return undefined;
  }

  flush() {
    clearTimeout(this.timer);
    const entries = [...this.waiting.values()];
    this.waiting.clear();
    // Only what has been typed must be there before the form goes; the app's answer to a change is not waited for.
    for (const entry of entries) this.line = this.line.then(() => (entry.dispatch ? void sent(act("enter", entry)) : act("enter", entry)));
    return this.line;
  }
}

// Draws a view's blocks again and again, leaving alone what has not changed, so that nothing typed is ever lost.
export class ViewBody {
  constructor(reader, surface) {
    this.reader = reader;
    this.surface = surface;
    this.node = h("div", { class: `view view-${surface}` });
    this.drawn = new Map();
    this.id = "";
  }

  draw(view) {
    if (view.id !== this.id) {
      this.id = view.id;
      this.drawn.clear();
      this.typed = {};
      this.entries = new Entries(view.id);
      this.node.replaceChildren();
    }
    const env = this.env(view);
    const focus = this.focus();
    const wanted = view.blocks.map((block) => {
      const sign = JSON.stringify([block, view.errors?.[block.block_id], this.reader.zone, this.reader.me]);
      const known = this.drawn.get(block.block_id);
      if (known?.sign === sign) return known.node;
      const node = blockNode(block, env);
      this.drawn.set(block.block_id, { sign, node });
      return node;
    });
    const keep = new Set(wanted);
    for (const child of [...this.node.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((node, at) => { if (this.node.children[at] !== node) this.node.insertBefore(node, this.node.children[at] ?? null); });
    this.refocus(focus);
    dispatchEvent(new Event("redrawn"));
  }

  env(view) {
    const where = { view: view.id };
    const values = {};
    for (const [block, held] of Object.entries(view.values ?? {})) values[block] = { ...held, ...this.typed[block] };
    return {
      surface: this.surface, reader: this.reader, id: view.id, values, errors: view.errors,
      press: async (block, one, option) => {
        await this.entries.flush();
        return sent(act("press", { ...where, block: block.block_id, action: one.action_id ?? "", option }));
      },
      enter: (block, one, value, dispatch) => {
        this.remember(block, one, value);
        return this.entries.put(block, one, value, dispatch);
      },
      options: async (block, one, typed) => {
        await this.entries.flush();
        return act("options", { ...where, block: block.block_id, action: one.action_id ?? "", typed });
      },
    };
  }

  remember(block, one, value) {
    const name = { radio_buttons: "selected_option", checkboxes: "selected_options", datepicker: "selected_date", timepicker: "selected_time",
      datetimepicker: "selected_date_time", static_select: "selected_option", external_select: "selected_option", users_select: "selected_user",
      channels_select: "selected_channel", conversations_select: "selected_conversation", multi_static_select: "selected_options",
      multi_external_select: "selected_options", multi_users_select: "selected_users", multi_channels_select: "selected_channels",
      multi_conversations_select: "selected_conversations" }[one.type] ?? "value";
    this.typed[block.block_id] = { [one.action_id]: { [name]: value, ...(one.type === "rich_text_input" && { rich_text_value: { elements: [{ elements: [{ text: value }] }] } }) } };
  }

  focus() {
    const at = document.activeElement;
    if (!this.node.contains(at)) return null;
    return { at, block: at.closest("[data-block]")?.dataset.block, action: at.dataset.action, from: at.selectionStart, to: at.selectionEnd };
  }

  refocus(was) {
    if (!was || was.at.isConnected) return;
    const same = [...this.node.querySelectorAll("[data-action]")].find((one) => one.dataset.action === was.action && one.closest("[data-block]")?.dataset.block === was.block);
    same?.focus();
    if (same?.setSelectionRange && was.from !== null && was.from !== undefined) same.setSelectionRange(was.from, was.to);
  }
}

export class Modals {
  constructor(reader) {
    this.reader = reader;
    this.bodies = new Map();
    this.title = h("h2", { id: "modal-title" });
    this.trouble = h("div", { class: "modal-trouble", role: "alert" });
    this.place = h("div", { class: "modal-body" });
    this.foot = h("div", { class: "modal-foot" });
    this.dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title", oncancel: (event) => { event.preventDefault(); this.cancel(); } },
      h("header", { class: "modal-head" }, h("span", { class: "avatar avatar-app small" }), this.title,
        h("button", { type: "button", class: "head-button", "aria-label": "Close", onclick: () => this.cancel(true) }, icon("close"))),
      this.trouble, this.place, this.foot);
    document.body.append(this.dialog);
  }

  get open() {
    return this.dialog.open;
  }

  draw() {
    const { stack } = state.modals;
    const view = stack.at(-1);
    for (const id of this.bodies.keys()) if (!stack.some((one) => one.id === id)) this.bodies.delete(id);
    if (!view) {
      if (this.dialog.open) this.leave();
      this.shown = null;
      return;
    }
    if (!this.bodies.has(view.id)) this.bodies.set(view.id, new ViewBody(this.reader, "modal"));
    const body = this.bodies.get(view.id);
    body.draw(view);
    const isNew = this.shown?.id !== view.id;
    const newErrors = Object.keys(view.errors).length > 0 && JSON.stringify(view.errors) !== JSON.stringify(this.shown?.errors);
    this.shown = view;
    fill(this.title, plainWords(view.title));
    fill(this.trouble, view.trouble);
    this.trouble.hidden = !view.trouble;
    if (this.place.firstChild !== body.node) this.place.replaceChildren(body.node);
    this.drawFoot(view, body, stack.length);
    if (!this.dialog.open) { this.opener = document.activeElement; this.dialog.showModal(); }
    if (isNew) this.enterForm(body);
    else if (newErrors) body.node.querySelector('[aria-invalid="true"]')?.focus();
  }

  // The browser goes back to what the form was opened from, unless that shows only while its message is pointed at.
  leave() {
    this.dialog.close();
    if (document.activeElement !== this.opener) this.opener?.closest(".message")?.focus();
  }

  drawFoot(view, body, depth) {
    const key = JSON.stringify([view.id, view.submit, view.close, depth]);
    if (key === this.footKey) return;
    this.footKey = key;
    const send = view.submit && h("button", { type: "button", class: "button button-primary", data: { points: "submit" }, onclick: () => this.submit(send, view, body) }, plainWords(view.submit));
    fill(this.foot, h("button", { type: "button", class: "button", onclick: () => this.cancel() }, plainWords(view.close) || (depth > 1 ? "Back" : "Cancel")), send);
  }

  enterForm(body) {
    this.place.scrollTop = 0;
    (body.node.querySelector("[autofocus]") ?? body.node.querySelector(".field:not(.picker), .picker-input, input, button") ?? this.foot.lastChild).focus();
  }

  async submit(button, view, body) {
    if (button.classList.contains("waiting")) return;
    button.classList.add("waiting");
    button.setAttribute("aria-busy", "true");
    await body.entries.flush();
    await sent(act("submit", { view: view.id }));
    button.classList.remove("waiting");
    button.removeAttribute("aria-busy");
  }

  async cancel(everything = false) {
    const view = state.modals.stack.at(-1);
    if (view) await sent(act("close", { view: view.id, everything }));
    else this.dialog.close();
  }
}
