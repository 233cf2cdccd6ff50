// What can be pressed: buttons and overflow menus, with their questions asked first.

import { h, icon, menu } from "./dom.js";
import { asked } from "./question.js";
import { plainWords, textObject } from "./text.js";

const PRESSED = ["button", "workflow_button", "icon_button", "overflow", "feedback_buttons", "image"];

export function isInput(one) {
  return !PRESSED.includes(one.type);
}

export function element(one, block, env) {
  if (one.visible_to_user_ids && !one.visible_to_user_ids.includes(env.reader.me)) return null;
  switch (one.type) {
    case "overflow": return overflow(one, block, env);
    case "feedback_buttons": return h("span", { class: "feedback" }, [one.positive_button, one.negative_button].map((part) => button({ ...part, action_id: one.action_id, type: "button" }, block, env)));
    case "image": return h("span", { class: "small-picture", role: "img", "aria-label": one.alt_text ?? "picture" }, one.alt_text ?? "");
  }
  return button(one, block, env);
}

async function pressed(node, one, block, env, option) {
  if (one.confirm && !(await asked(node, one.confirm, env.reader))) return;
  node.classList.add("waiting");
  node.setAttribute("aria-busy", "true");
  try {
    await env.press(block, one, option);
  } finally {
    node.classList.remove("waiting");
    node.removeAttribute("aria-busy");
  }
}

function button(one, block, env) {
  const look = `button ${one.style === "primary" ? "button-primary" : one.style === "danger" ? "button-danger" : ""}`.trim();
  const props = { class: look, "aria-label": one.accessibility_label, data: { action: one.action_id ?? "" } };
  if (one.url && /^https?:/i.test(one.url)) {
    return h("a", { ...props, href: one.url, target: "_blank", rel: "noopener noreferrer", onclick: () => env.press(block, one) }, textObject(one.text, env.reader));
  }
  const node = h("button", { ...props, type: "button", onclick: () => pressed(node, one, block, env) }, textObject(one.text, env.reader));
  return node;
}

function overflow(one, block, env) {
  const node = h("button", { type: "button", class: "button button-dots", "aria-label": "More", "aria-haspopup": "menu", "aria-expanded": "false",
    data: { action: one.action_id ?? "" },
    onclick: () => menu(node, "More", one.options.map((option) => ({
      words: plainWords(option.text),
      more: plainWords(option.description),
      run: () => (option.url ? open(option.url, "_blank", "noopener") : null, pressed(node, one, block, env, option)),
    }))) }, icon("dots"));
  return node;
}
