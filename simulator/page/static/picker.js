// One field for every menu: type to look, arrows to move, Enter to take. Options come with the element, from the people and
// channels of the workspace, or from the app while one types.

import { add, fill, floating, h, icon } from "./dom.js";
import { plainWords, textObject } from "./text.js";

const KEYS = { users: "user", channels: "channel", conversations: "conversation" };
const PAUSE = 180;

function kindOf(one) {
  const many = one.type.startsWith("multi_");
  const what = one.type.replace("multi_", "").replace("_select", "");
  const noun = KEYS[what] ?? "option";
  return { many, what, key: `selected_${noun}${many ? "s" : ""}` };
}

// Everything is handled as options; ids of people and channels become options by their names.
function asOption(one, what, env) {
  if (what !== "users" && what !== "channels" && what !== "conversations") return one;
  const name = what === "users" ? env.reader.fullName(one) : `#${env.reader.channel(one) ?? "private"}`;
  return { text: { type: "plain_text", text: name, emoji: false }, value: one };
}

function fitting(options, typed) {
  const wanted = typed.trim().toLowerCase();
  return options.filter((option) => plainWords(option.text).toLowerCase().includes(wanted));
}

async function groupsFor(one, block, env, what, typed) {
  if (what === "external") {
    if (typed.length < (one.min_query_length ?? 3)) return { groups: [], words: "Type to search" };
    const answer = await env.options(block, one, typed);
    const groups = answer.option_groups ?? [{ options: answer.options ?? [] }];
    return { groups, words: answer.failed ? "Something went wrong. Try again?" : "Nothing fits" };
  }
  const all = what === "users" ? env.reader.everybody() : what === "channels" || what === "conversations" ? env.reader.everywhere() : null;
  if (all) return { groups: [{ options: fitting(all.map((id) => asOption(id, what, env)), typed) }], words: "Nobody fits" };
  const groups = one.option_groups ?? [{ options: one.options ?? [] }];
  return { groups: groups.map((group) => ({ ...group, options: fitting(group.options, typed) })), words: "Nothing fits" };
}

export function picker(one, block, env, props, value, words) {
  const { many, what, key } = kindOf(one);
  let chosen = [value[key] ?? []].flat().map((entry) => asOption(entry, what, env));
  let list = null;
  let options = [];
  let active = -1;
  let asking = 0;
  let timer;
  const listId = `${props.id ?? block.block_id + one.action_id}-list`;

  const field = h("input", { ...props, type: "text", class: "picker-input", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-autocomplete": "list",
    "aria-controls": listId, placeholder: plainWords(one.placeholder) || "Choose", "aria-label": props.id ? undefined : words,
    onclick: () => open(), onfocus: () => field.select(),
    oninput: () => { clearTimeout(timer); timer = setTimeout(() => open(field.value), what === "external" ? PAUSE : 0); },
    onkeydown: keys, onblur: () => setTimeout(() => { if (!list?.box.contains(document.activeElement)) shut(); }, 120) });
  const chips = h("span", { class: "chips" });
  const clear = h("button", { type: "button", class: "picker-clear", "aria-label": `Clear ${words}`, onclick: () => { chosen = []; tell(); field.focus(); } }, icon("close"));
  const node = h("div", { class: "picker field" }, chips, field, clear, icon("down"));

  function show() {
    const optional = block.type === "input" ? block.optional : true;
    clear.hidden = many || chosen.length === 0 || !optional;
    field.value = many ? "" : plainWords(chosen[0]?.text);
    fill(chips, many ? chosen.map((option) => h("button", { type: "button", class: "chip", "aria-label": `Take away ${plainWords(option.text)}`,
      onclick: () => { chosen = chosen.filter((other) => other.value !== option.value); tell(); field.focus(); } }, plainWords(option.text), icon("close"))) : []);
  }

  function tell() {
    show();
    const plain = KEYS[what] ? chosen.map((option) => option.value) : chosen;
    env.enter(block, one, many ? plain : plain[0] ?? null, true);
  }

  function take(option) {
    chosen = many ? [...chosen.filter((other) => other.value !== option.value), option] : [option];
    shut();
    tell();
    field.focus();
  }

  function shut() {
    clearTimeout(timer);
    asking += 1;
    list?.handle.close();
    list = null;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    if (!many) field.value = plainWords(chosen[0]?.text);
    else field.value = "";
  }

  function mark(at) {
    active = options.length ? (at + options.length) % options.length : -1;
    options.forEach(({ row }, place) => row.setAttribute("aria-selected", place === active ? "true" : "false"));
    const row = options[active]?.row;
    if (row) { field.setAttribute("aria-activedescendant", row.id); row.scrollIntoView({ block: "nearest" }); }
    else field.removeAttribute("aria-activedescendant");
  }

  function listing() {
    if (list?.box.isConnected) return list;
    const box = h("div", { class: "listbox", role: "listbox", id: listId, "aria-label": words });
    // The list must not take the focus away from the field, nor close because the field was pressed.
    const handle = floating(node, box, { width: "same", kind: "manual" });
    box.addEventListener("mousedown", (event) => event.preventDefault());
    list = { box, handle };
    field.setAttribute("aria-expanded", "true");
    return list;
  }

  async function open(typed = "") {
    const mine = ++asking;
    const { box, handle } = listing();
    if (what === "external") fill(box, h("div", { class: "listbox-words" }, "…"));
    const { groups, words: none } = await groupsFor(one, block, env, what, typed);
    if (mine !== asking || !box.isConnected) return;
    options = [];
    fill(box);
    for (const group of groups) {
      if (!group.options?.length) continue;
      const rows = group.options.map((option) => {
        const at = options.length;
        const row = h("div", { class: "option", role: "option", id: `${listId}-${at}`, "aria-selected": "false", onclick: () => take(option), onmousemove: () => at !== active && mark(at) },
          h("span", {}, textObject(option.text, env.reader)), option.description && h("small", {}, textObject(option.description, env.reader)));
        options.push({ option, row });
        return row;
      });
      add(box, group.label ? h("div", { role: "group", "aria-label": plainWords(group.label) }, h("div", { class: "listbox-heading", "aria-hidden": "true" }, plainWords(group.label)), rows) : rows);
    }
    if (!options.length) add(box, h("div", { class: "listbox-words" }, none));
    const current = options.findIndex(({ option }) => option.value === chosen[0]?.value);
    mark(typed || current < 0 ? 0 : current);
    handle.place();
  }

  function keys(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!list) open();
      else mark(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && list) {
      event.preventDefault();
      if (options[active]) take(options[active].option);
    } else if (event.key === "Escape" && list) {
      event.preventDefault();
      event.stopPropagation();
      shut();
    } else if (event.key === "Backspace" && many && !field.value && chosen.length) {
      chosen = chosen.slice(0, -1);
      tell();
    } else if (event.key === "Tab") shut();
  }

  show();
  return node;
}
