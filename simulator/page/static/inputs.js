// Fields: what stands in them comes from `env.values`, what is typed goes to `env.enter`.

import { byPattern, dayOf, epochOf, time24 } from "./dates.js";
import { h } from "./dom.js";
import { picker } from "./picker.js";
import { richWords } from "./rich_text.js";
import { plainWords, textObject } from "./text.js";

export function held(one, block, env) {
  return env.values?.[block.block_id]?.[one.action_id] ?? {};
}

export function input(one, block, env, words, { id, about, invalid, required } = {}) {
  const shared = { id, "aria-describedby": about || undefined, "aria-invalid": invalid ? "true" : undefined, data: { action: one.action_id ?? "" } };
  const labelled = id ? shared : { ...shared, "aria-label": words };
  const value = held(one, block, env);
  switch (one.type) {
    case "plain_text_input": return text(one, block, env, labelled, value.value ?? "", required);
    case "rich_text_input": return text({ ...one, multiline: true }, block, env, labelled, richWords(value.rich_text_value), required);
    case "email_text_input": return text(one, block, env, { ...labelled, inputmode: "email" }, value.value ?? "", required);
    case "url_text_input": return text(one, block, env, { ...labelled, inputmode: "url" }, value.value ?? "", required);
    case "number_input": return text(one, block, env, { ...labelled, inputmode: "decimal" }, value.value ?? "", required);
    case "datepicker": return native("date", one, block, env, labelled, value.selected_date);
    case "timepicker": return native("time", one, block, env, labelled, value.selected_time);
    case "datetimepicker": return moment(one, block, env, labelled, value.selected_date_time, words, id);
    case "radio_buttons": return choices("radio", one, block, env, labelled, [value.selected_option].filter(Boolean), id);
    case "checkboxes": return choices("checkbox", one, block, env, labelled, value.selected_options ?? [], id);
    case "file_input": return h("p", { class: "block-aside" }, "Files cannot be sent here.");
  }
  return picker(one, block, env, labelled, value, words);
}

function text(one, block, env, props, initial, required) {
  const asks = block.dispatch_action ? one.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"] : [];
  const send = (dispatch) => env.enter(block, one, node.value, dispatch);
  const max = one.max_length ?? 3000;
  const left = h("span", { class: "letters-left", "aria-live": "polite" });
  const count = () => { left.textContent = max - node.value.length <= max / 10 ? String(max - node.value.length) : ""; };
  const node = h(one.multiline ? "textarea" : "input", {
    ...props, class: "field", placeholder: plainWords(one.placeholder) || undefined, "aria-required": required ? "true" : undefined,
    rows: one.multiline ? "3" : undefined, type: one.multiline ? undefined : "text", autocomplete: "off", autofocus: one.focus_on_load,
    oninput: () => { count(); send(asks.includes("on_character_entered")); },
    onkeydown: (event) => {
      if (event.key !== "Enter" || (one.multiline && !event.shiftKey) || event.isComposing) return;
      if (asks.includes("on_enter_pressed")) { event.preventDefault(); send(true); }
    },
  });
  node.value = initial;
  count();
  return h("div", { class: "text-field" }, node, left);
}

function native(kind, one, block, env, props, initial) {
  const node = h("input", { ...props, class: "field field-short", type: kind, onchange: () => env.enter(block, one, node.value, true) });
  node.value = initial ?? "";
  return node;
}

function moment(one, block, env, props, initial, words, id) {
  const { zone } = env.reader;
  const day = h("input", { type: "date", class: "field field-short", id: id && `${id}-day`, "aria-label": `${words}: day`, data: props.data, onchange: () => changed() });
  const clock = h("input", { type: "time", class: "field field-short", "aria-label": `${words}: time`, onchange: () => changed() });
  if (initial) [day.value, clock.value] = [dayOf(initial, zone), time24(initial, zone)];
  const changed = () => {
    // A day alone means the hour that comes next, as a person would set it.
    if (day.value && !clock.value) clock.value = `${time24(env.reader.now() + 3600, zone).slice(0, 2)}:00`;
    env.enter(block, one, day.value && clock.value ? epochOf(day.value, clock.value, zone) : null, true);
  };
  const clear = h("button", { type: "button", class: "link-button", onclick: () => { day.value = clock.value = ""; changed(); } }, "Clear");
  return h("div", { class: "moment", role: "group", "aria-labelledby": id ? `${id}-label` : undefined, "aria-describedby": props["aria-describedby"] }, day, clock, clear,
    h("span", { class: "input-hint" }, `your time, ${byPattern(env.reader.now(), "{time}", zone, env.reader.now())} now`));
}

function choices(kind, one, block, env, props, chosen, id) {
  const name = `${env.id ?? ""}${block.block_id}${one.action_id}`;
  const boxes = one.options.map((option, at) => {
    const box = h("input", { type: kind, name, id: `${name}-${at}`, "aria-describedby": option.description ? `${name}-${at}-more` : undefined, onchange: () => {
      const picked = one.options.filter((_, place) => boxes[place].checked);
      env.enter(block, one, kind === "radio" ? picked[0] : picked, true);
    } });
    box.checked = chosen.some((other) => other.value === option.value);
    return box;
  });
  const rows = one.options.map((option, at) => h("div", { class: "choice" }, boxes[at],
    h("label", { for: boxes[at].id }, textObject(option.text, env.reader)),
    option.description && h("p", { class: "choice-more", id: `${name}-${at}-more` }, textObject(option.description, env.reader))));
  return h("div", { class: "choices", role: kind === "radio" ? "radiogroup" : "group", "aria-describedby": props["aria-describedby"], data: props.data,
    "aria-labelledby": id ? `${id}-label` : undefined, "aria-label": id ? undefined : props["aria-label"] }, rows);
}
