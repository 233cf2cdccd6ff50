// Blocks as nodes. `env` says where: `surface` (message, modal, home), `reader`, `values`, `errors`, and what happens on
// `press(block, element, option)`, `enter(block, element, value, dispatch)` and `options(block, element, typed)`.

import { add, h } from "./dom.js";
import { element, isInput } from "./elements.js";
import { input } from "./inputs.js";
import { markdown } from "./markdown.js";
import { richText } from "./rich_text.js";
import { plainWords, textObject } from "./text.js";

const KINDS = {
  header: (block, env) => h("p", { class: "block-header", role: "heading", "aria-level": String(1 + (block.level ?? 1)) }, textObject(block.text, env.reader)),
  divider: () => h("hr", { class: "block-divider" }),
  section,
  context: (block, env) => h("div", { class: "block-context" }, block.elements.map((one) => small(one, block, env))),
  actions: (block, env) => h("div", { class: "block-actions" }, block.elements.map((one) => any(one, block, env))),
  context_actions: (block, env) => h("div", { class: "block-actions" }, block.elements.map((one) => any(one, block, env))),
  input: inputBlock,
  rich_text: (block, env) => h("div", { class: "block-rich" }, richText(block.elements, env.reader)),
  markdown: (block) => markdown(block.text),
  image: (block, env) => picture(block, textObject(block.title, env.reader)),
  video: (block, env) => picture(block, textObject(block.title, env.reader)),
  file: (block) => h("div", { class: "block-aside" }, `File ${block.external_id ?? ""}`),
  alert: (block, env) => h("div", { class: `block-alert alert-${block.level ?? block.style ?? "default"}`, role: "note" }, textObject(block.text, env.reader)),
  table,
  data_table: table,
  data_visualization: figures,
  card,
  carousel: (block, env) => h("div", { class: "block-carousel" }, block.elements.map((one) => card(one, env))),
  container,
  plan,
  task_card: (block, env) => task(block, env),
};

export function blockNode(block, env) {
  const draw = KINDS[block.type];
  const node = draw ? draw(block, env) : h("div", { class: "block-aside" }, `A block of type ${block.type}.`);
  node.classList.add("block");
  if (block.block_id) node.dataset.block = block.block_id;
  return node;
}

export function blocks(list, env) {
  return list.map((block) => blockNode(block, env));
}

function any(one, block, env) {
  return isInput(one) ? input(one, block, env, plainWords(one.placeholder) || "Choose") : element(one, block, env);
}

function section(block, env) {
  const words = h("div", { class: "section-words" });
  if (block.text) add(words, h("div", { class: "section-text" }, textObject(block.text, env.reader)));
  if (block.fields) {
    add(words, h("div", { class: "section-fields" }, block.fields.map((one) => h("div", {}, textObject(one, env.reader)))));
  }
  return h("div", { class: "block-section" }, words,
    block.accessory && h("div", { class: "section-accessory" }, any(block.accessory, block, env)));
}

function small(one, block, env) {
  if (one.type === "image") return h("span", { class: "tiny-picture", role: "img", "aria-label": one.alt_text ?? "picture" });
  if (one.type === "mrkdwn" || one.type === "plain_text") return h("span", { class: "context-words" }, textObject(one, env.reader));
  return any(one, block, env);
}

// Pictures of elsewhere are named, not loaded: the page asks nothing of the world outside.
function picture(block, title) {
  return h("figure", { class: "block-picture" },
    h("div", { class: "picture-place", role: "img", "aria-label": block.alt_text ?? "picture" }, block.alt_text ?? "picture"),
    title.length > 0 && h("figcaption", {}, title));
}

function inputBlock(block, env) {
  const id = `in-${env.id ?? ""}-${block.block_id}`;
  const error = env.errors?.[block.block_id];
  const grouped = ["radio_buttons", "checkboxes", "datetimepicker"].includes(block.element.type);
  const about = [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const words = [textObject(block.label, env.reader), block.optional && h("span", { class: "optional" }, " (optional)")];
  const field = input(block.element, block, env, plainWords(block.label), { id, about, invalid: Boolean(error), required: !block.optional });
  return h("div", { class: error ? "block-input has-error" : "block-input" },
    grouped ? h("div", { class: "input-label", id: `${id}-label` }, words) : h("label", { class: "input-label", for: id }, words),
    field,
    error && h("p", { class: "input-error", id: `${id}-error` }, error),
    block.hint && h("p", { class: "input-hint", id: `${id}-hint` }, textObject(block.hint, env.reader)));
}

function cell(one, env) {
  if (one?.type === "rich_text") return richText(one.elements, env.reader);
  if (one?.type === "raw_number") return one.text ?? String(one.value ?? "");
  return textObject(one?.type === "raw_text" ? { type: "plain_text", text: one.text } : one, env.reader);
}

function table(block, env) {
  const [first = [], ...rest] = block.rows ?? [];
  const side = (at) => `align-${block.column_settings?.[at]?.align ?? "left"}`;
  return h("div", { class: "block-table", tabindex: "0", role: "region", "aria-label": plainWords(block.caption) || "Table" },
    h("table", {},
      block.caption && h("caption", {}, textObject(block.caption, env.reader)),
      h("thead", {}, h("tr", {}, first.map((one, at) => h("th", { scope: "col", class: side(at) }, cell(one, env))))),
      h("tbody", {}, rest.map((row) => h("tr", {}, row.map((one, at) => h("td", { class: side(at) }, cell(one, env))))))));
}

function figures(block, env) {
  const chart = block.chart ?? block;
  const series = chart.series ?? [{ name: "", data: chart.segments ?? [] }];
  const top = Math.max(1, ...series.flatMap((one) => (one.data ?? one.points ?? []).map((point) => Number(point.value) || 0)));
  return h("figure", { class: "block-figures" }, h("figcaption", {}, textObject(block.title ?? chart.title, env.reader)),
    series.map((one) => (one.data ?? one.points ?? []).map((point) => {
      const bar = h("span", { class: "bar" });
      bar.style.width = `${Math.round((100 * (Number(point.value) || 0)) / top)}%`;
      return h("div", { class: "figure-row" }, h("span", { class: "figure-label" }, one.name ? `${one.name} · ` : "", point.label ?? point.category ?? ""),
        h("span", { class: "bar-place" }, bar), h("span", { class: "figure-value" }, String(point.value)));
    })));
}

function card(block, env) {
  const words = (key, name) => block[key] && h("div", { class: name }, textObject(block[key], env.reader));
  return h("div", { class: "block-card" }, words("title", "card-title"), words("subtitle", "card-subtitle"),
    words("body", "card-body"), words("subtext", "card-subtext"),
    block.actions && h("div", { class: "block-actions" }, block.actions.map((one) => any(one, block, env))));
}

function container(block, env) {
  return h("div", { class: "block-container" },
    block.title && h("div", { class: "card-title" }, textObject(block.title, env.reader)),
    blocks(block.child_blocks ?? block.elements ?? [], env));
}

const SIGNS = { complete: "✓", in_progress: "◐", error: "!", pending: "○" };

function task(block, env) {
  const details = block.details?.type === "rich_text" ? richText(block.details.elements, env.reader) : textObject(block.details, env.reader);
  return h("div", { class: `task task-${block.status ?? "pending"}` },
    h("span", { class: "task-sign", "aria-hidden": "true" }, SIGNS[block.status] ?? "○"),
    h("div", {}, h("div", {}, textObject(block.title, env.reader)), details.length > 0 && h("div", { class: "task-details" }, details)));
}

function plan(block, env) {
  return h("div", { class: "block-card" }, h("div", { class: "card-title" }, textObject(block.title, env.reader)),
    (block.tasks ?? []).map((one) => task(one, env)));
}
