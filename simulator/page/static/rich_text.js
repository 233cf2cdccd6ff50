// rich_text blocks: sections, lists, quotes, code, and the elements in them.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelMention, date, groupMention, link, userMention, wideMention } from "./text.js";

function piece(element, reader) {
  switch (element.type) {
    case "text": return element.text;
    case "link": return link(element.url, element.text);
    case "user": return userMention(element.user_id, reader);
    case "usergroup": return groupMention(element.usergroup_id, reader);
    case "channel": return channelMention(element.channel_id, reader);
    case "broadcast": return wideMention(element.range);
    case "emoji": return emoji(element.name);
    case "date": return date(element.timestamp, element.format, element.fallback ?? "", reader, element.url);
    case "color": return h("code", {}, element.value);
  }
  return element.text ?? "";
}

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function inline(elements, reader) {
  return elements.map((element) => {
    let node = piece(element, reader);
    for (const [style, tag] of Object.entries(TAGS)) if (element.style?.[style]) node = h(tag, {}, node);
    return node;
  });
}

function list(element, reader) {
  const tag = element.style === "ordered" ? "ol" : "ul";
  const props = { class: `rich-list indent-${Math.min(element.indent ?? 0, 8)}`, start: element.offset ? element.offset + 1 : undefined };
  return h(tag, props, element.elements.map((item) => h("li", {}, inline(item.elements ?? [], reader))));
}

export function richText(elements, reader) {
  return elements.map((element) => {
    switch (element.type) {
      case "rich_text_list": return list(element, reader);
      case "rich_text_quote": return h("blockquote", {}, inline(element.elements, reader));
      case "rich_text_preformatted": return h("pre", {}, inline(element.elements, reader));
    }
    return h("div", { class: "rich-section" }, inline(element.elements ?? [], reader));
  });
}

export function richWords(value) {
  return (value?.elements ?? []).flatMap((part) => (part.elements ?? []).map((one) => one.text ?? "")).join("\n");
}
