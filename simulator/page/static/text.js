// Slack's markup as nodes. A reader says who reads: `zone`, `now()`, `me`, `user(id)`, `channel(id)`, `group(id)`, `go(channel)`.

import { byPattern } from "./dates.js";
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";

export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function textObject(node, reader) {
  if (node === undefined || node === null) return [];
  if (typeof node === "string") return [node];
  if (node.type === "mrkdwn") return mrkdwn(node.text, reader);
  // An emoji of plain text is turned only where the app did not forbid it.
  return [node.emoji === false ? node.text : withEmoji(node.text)];
}

export function plainWords(node) {
  return node === undefined || node === null ? "" : typeof node === "string" ? node : node.text;
}

export function userMention(id, reader) {
  const mine = id === reader.me;
  return h("span", { class: mine ? "mention mention-me" : "mention", data: { user: id } }, `@${reader.user(id)}`);
}

export function channelMention(id, reader) {
  const name = reader.channel(id);
  if (name === null) return h("span", { class: "mention" }, "🔒 private channel");
  return h("a", { class: "mention", href: `#/in/${id}`, onclick: (event) => { event.preventDefault(); reader.go(id); } }, `#${name}`);
}

export function wideMention(word) {
  return h("span", { class: "mention mention-me" }, `@${word}`);
}

export function groupMention(id, reader) {
  return h("span", { class: "mention" }, `@${reader.group(id)}`);
}

export function link(url, words) {
  if (!/^(https?|mailto):/i.test(url)) return words ?? url;
  return h("a", { class: "link", href: url, target: "_blank", rel: "noopener noreferrer" }, words ?? url.replace(/^mailto:/, ""));
}

export function date(epoch, pattern, fallback, reader, url) {
  const words = Number.isFinite(epoch) ? byPattern(epoch, pattern, reader.zone, reader.now()) : fallback;
  const node = h("time", Number.isFinite(epoch) ? { datetime: new Date(epoch * 1000).toISOString(), title: fallback } : {}, words);
  return url ? link(url, node) : node;
}

function tokenNode(body, label, reader) {
  if (body.startsWith("@")) return userMention(body.slice(1), reader);
  if (body.startsWith("#")) return channelMention(body.slice(1), reader);
  if (body.startsWith("!subteam^")) return groupMention(body.slice(9), reader);
  if (body.startsWith("!date^")) {
    const [, epoch, pattern, url] = body.split("^");
    return date(Number(epoch), pattern ?? "", unescaped(label ?? ""), reader, url);
  }
  if (body.startsWith("!")) return wideMention(body.slice(1).split("^")[0]);
  return link(unescaped(body), label === undefined ? undefined : unescaped(label));
}

const FIRST = 0xe000;
const STYLES = [["*", "strong"], ["_", "em"], ["~", "s"]].map(([sign, tag]) => {
  const c = `\\${sign}`;
  return [new RegExp(`(?<![\\w${c}])${c}(?=\\S)([^\\n]+?)(?<=\\S)${c}(?![\\w${c}])`, "g"), tag];
});

export function mrkdwn(text, reader) {
  // Nodes already made stand in the text as single private characters, so that styles may close around them.
  const kept = [];
  const keep = (node) => String.fromCharCode(FIRST + kept.push(node) - 1);
  const open = (words) => {
    const out = [];
    for (const piece of words.split(/([\ue000-\uf8ff])/)) {
      if (/^[\ue000-\uf8ff]$/.test(piece)) out.push(kept[piece.charCodeAt(0) - FIRST]);
      else if (piece) out.push(withEmoji(unescaped(piece)));
    }
    return out;
  };
  const styled = (words) => {
    let rest = words;
    for (const [sign, tag] of STYLES) rest = rest.replace(sign, (_, inner) => keep(h(tag, {}, styled(inner))));
    return open(rest);
  };
  const bare = text.replace(/[\ue000-\uf8ff]/g, "\ufffd");
  const tokens = (words) => words.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, body, label) => keep(tokenNode(body, label, reader)));
  const coded = bare
    .replace(/```\n?([\s\S]*?)```/g, (_, code) => keep(h("pre", {}, open(tokens(code)))))
    .replace(/`([^`\n]+)`/g, (_, code) => keep(h("code", {}, open(tokens(code)))));
  const lines = tokens(coded).split("\n");
  const out = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (/^[\ue000-\uf8ff]$/.test(lines[at]) && kept[lines[at].charCodeAt(0) - FIRST].tagName === "PRE") {
      out.push(kept[lines[at].charCodeAt(0) - FIRST]);
      continue;
    }
    if (!lines[at].startsWith("&gt;")) {
      out.push(...styled(lines[at]), at < lines.length - 1 && !lines[at + 1].startsWith("&gt;") ? "\n" : "");
      continue;
    }
    const quoted = [];
    for (; at < lines.length && lines[at].startsWith("&gt;"); at += 1) quoted.push(lines[at].replace(/^&gt; ?/, ""));
    at -= 1;
    out.push(h("blockquote", {}, styled(quoted.join("\n"))));
  }
  return out;
}
