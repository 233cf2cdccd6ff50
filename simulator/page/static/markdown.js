// Enough of markdown for markdown blocks and canvases: headings, lists, quotes, code, emphasis, links.

import { h } from "./dom.js";
import { link } from "./text.js";

function inline(text) {
  const out = [];
  const sign = /\*\*(.+?)\*\*|__(.+?)__|\*(.+?)\*|`([^`]+)`|~~(.+?)~~|\[([^\]]+)\]\(([^)\s]+)\)/g;
  let last = 0;
  for (const found of text.matchAll(sign)) {
    out.push(text.slice(last, found.index));
    const [, strong, strong2, em, code, gone, words, url] = found;
    if (strong ?? strong2) out.push(h("strong", {}, inline(strong ?? strong2)));
    else if (em) out.push(h("em", {}, inline(em)));
    else if (code) out.push(h("code", {}, code));
    else if (gone) out.push(h("s", {}, inline(gone)));
    else out.push(link(url, words));
    last = found.index + found[0].length;
  }
  return [...out, text.slice(last)];
}

const KINDS = [
  [/^(#{1,6}) +(.*)$/, (found) => h("p", { class: `md-heading md-${found[1].length}` }, inline(found[2]))],
  [/^(?:---+|\*\*\*+)$/, () => h("hr")],
  [/^> ?(.*)$/, (found) => h("blockquote", {}, inline(found[1]))],
  [/^[-*] +\[([ xX])\] +(.*)$/, (found) => h("p", { class: "md-item" }, found[1] === " " ? "☐ " : "☑ ", inline(found[2]))],
  [/^[-*+] +(.*)$/, (found) => h("p", { class: "md-item" }, "• ", inline(found[1]))],
  [/^(\d+)[.)] +(.*)$/, (found) => h("p", { class: "md-item" }, `${found[1]}. `, inline(found[2]))],
];

export function markdown(text) {
  const out = [];
  for (const part of text.split(/(```[\s\S]*?```)/)) {
    if (part.startsWith("```")) {
      out.push(h("pre", {}, part.replace(/^```\w*\n?|```$/g, "")));
      continue;
    }
    for (const line of part.split("\n")) {
      if (!line.trim()) continue;
      const kind = KINDS.find(([pattern]) => pattern.test(line.trim()));
      out.push(kind ? kind[1](line.trim().match(kind[0])) : h("p", {}, inline(line)));
    }
  }
  return h("div", { class: "markdown" }, out);
}
