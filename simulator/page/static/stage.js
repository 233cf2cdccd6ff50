// The bar above the workspace, which no Slack has: whose eyes one looks through, what time it is, and what goes wrong.

import { avatar } from "./avatar.js";
import { moveTime, now, startAgain, state, trouble } from "./connection.js";
import { ago, dayWords, time } from "./dates.js";
import { fill, h, icon, menu } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { sent } from "./message.js";
import { asked } from "./question.js";

const PATIENCE = 2500;
const NARROW = matchMedia("(max-width: 860px)");

export class Stage {
  constructor({ be, togglePanel }) {
    this.be = be;
    this.day = h("span", { class: "clock-day" });
    this.time = h("span", { class: "clock-time" });
    this.next = h("button", { type: "button", class: "stage-button stage-next", onclick: () => this.move(this.next, {}) });
    this.clock = h("div", { class: "clock", data: { points: "clock" }, role: "group", "aria-label": "Time in the workspace" },
      h("div", { class: "clock-face", role: "timer", "aria-label": "Time in the workspace" }, icon("clock"), h("div", { class: "clock-words" }, this.time, this.day)),
      this.step("+10 min", 600), this.step("+1 h", 3600), this.next);
    this.cast = h("div", { class: "cast", role: "group", "aria-label": "Whose eyes you look through" });
    this.who = h("button", { type: "button", class: "stage-button who", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.choose() });
    this.lab = h("button", { type: "button", class: "stage-button", "aria-label": "Break it", data: { points: "trouble" }, "aria-expanded": "false", onclick: togglePanel }, icon("wrench"), h("span", { class: "wide" }, "Break it"));
    this.again = h("button", { type: "button", class: "stage-button", "aria-label": "Start again", title: "Start again", onclick: () => this.startAgain() }, icon("again"));
    this.tone = h("button", { type: "button", class: "stage-button", "aria-label": "Light or dark", title: "Light or dark", onclick: () => this.turn() }, icon("sun"));
    this.node = h("header", { class: "stage" }, h("div", { class: "stage-people" }, this.who, this.cast), this.clock, h("div", { class: "stage-tools" }, this.lab, this.again, this.tone));
    const kept = localStorage.getItem("tone");
    if (kept) document.documentElement.dataset.tone = kept;
    setInterval(() => this.tick(), 1000);
  }

  step(words, seconds) {
    const button = h("button", { type: "button", class: "stage-button", onclick: () => this.move(button, { seconds }) }, words);
    return button;
  }

  async move(button, wish) {
    button.classList.add("waiting");
    await sent(moveTime(wish));
    button.classList.remove("waiting");
  }

  tick() {
    const zone = state.people[state.me?.id]?.tz;
    if (!zone) return;
    const shown = time(now(), zone);
    if (this.time.textContent !== shown) this.time.textContent = shown;
    // Whoever lives elsewhere reads another time, and that should be no riddle.
    const home = state.people[state.about.opens_as]?.tz;
    this.day.textContent = `${dayWords(now(), zone)}${zone === home ? "" : `, ${zone.split("/").at(-1).replaceAll("_", " ")}`}`;
    const { next, going_to: goal } = state.clock;
    const words = goal ? this.onTheWay(goal, zone) : next === null ? "Nothing is due" : next <= now() ? "Something is due" : `${NARROW.matches ? "Next" : "Next thing"} in ${soon(next - now())}`;
    if (this.words !== words) { this.words = words; fill(this.next, icon(goal ? "again" : "next"), h("span", { class: "next-words" }, words)); }
    this.next.disabled = next === null && !goal;
    this.node.classList.toggle("moving", Boolean(goal));
    this.next.setAttribute("aria-label", goal || next === null ? words : `Until the next thing happens: ${ago(now() - next)}`);
    this.next.title = "Move the clock until the next thing happens by itself";
  }

  // The clock stops at whatever comes due on the way, until the app has seen to it; a slow machine makes that worth saying.
  onTheWay(goal, zone) {
    if (this.stop !== state.clock.offset) { this.stop = state.clock.offset; this.stopped = performance.now(); }
    return performance.now() - this.stopped > PATIENCE ? `Waiting for ${state.about.app.name} …` : `Going to ${time(goal, zone)} …`;
  }

  draw() {
    const me = state.people[state.me.id];
    const calls = state.about.cast.reduce((sum, id) => sum + (id === state.me.id ? 0 : state.cast[id] ?? 0), 0);
    fill(this.who, avatar(state.me.id, me, "small"), h("span", { class: "who-words" }, h("small", {}, "You are"), h("strong", {}, me?.real ?? "")), icon("down"),
      calls > 0 && h("span", { class: "count", "aria-hidden": "true" }, String(calls)));
    fill(this.cast, state.about.cast.filter((id) => id !== state.me.id && !state.people[id]?.gone).map((id) => this.face(id)));
    this.again.hidden = !state.lab.again;
    this.tick();
  }

  face(id) {
    const person = state.people[id];
    const calls = state.cast[id] ?? 0;
    const words = `Be ${person?.real}${person?.title ? `, ${person.title}` : ""}${calls ? `, ${calls} new for them` : ""}`;
    return h("button", { type: "button", class: "face", "aria-label": words, title: words, data: { points: `person:${person?.name}` }, onclick: () => this.be(id) },
      avatar(id, person, "small"), calls > 0 && h("span", { class: "count", "aria-hidden": "true" }, String(calls)));
  }

  choose() {
    menu(this.who, "Be somebody else", state.about.cast.filter((id) => !state.people[id]?.gone).map((id) => ({
      words: state.people[id]?.real, more: withEmoji(state.people[id]?.status ?? "") || state.people[id]?.title || (state.people[id]?.kind === "stranger" ? "customer" : ""), before: avatar(id, state.people[id], "small"),
      after: state.cast[id] > 0 && h("span", { class: "count" }, String(state.cast[id]), h("span", { class: "hidden" }, " new")),
      class: id === state.me.id ? "chosen" : "", run: () => this.be(id),
    })));
  }

  async startAgain() {
    const words = { title: "Start again?", text: "Everything that happened here is forgotten, and the company is as it was at first.", confirm: "Start again", deny: "Stay" };
    if (await asked(this.again, words, null)) await sent(startAgain());
  }

  turn() {
    const dark = document.documentElement.dataset.tone ? document.documentElement.dataset.tone === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.tone = dark ? "light" : "dark";
    localStorage.setItem("tone", document.documentElement.dataset.tone);
  }
}

function soon(seconds) {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}

const TROUBLES = [
  ["slow", "Slack is slow", "Every call takes two seconds, until you press again."],
  ["rate_limited", "Slack refuses (429)", "The next five messages and changes are told to come back in two seconds."],
  ["server_error", "Slack fails (503)", "The next five messages and changes fail, with nothing done."],
  ["reply_lost", "Replies get lost", "Slack does the next three things, and the answer never arrives."],
  ["drop", "Drop the socket", "The line breaks; the bot has to dial again."],
  ["refuse", "Keep the line cut", "The bot is out of reach, until you press again."],
];

// What the figures say: whether anything is lost or doubled, or only waits.
function judged({ bot, connected, waiting, doubled }) {
  if (doubled) return [false, "Something was said twice."];
  if (bot === false) return [false, "Nobody is at work; what comes due is said once the bot is back."];
  if (!connected) return [false, "The bot is on its way back."];
  if (waiting) return [false, `${waiting === 1 ? "One thing waits" : `${waiting} things wait`} to be said.`];
  return [true, "Nothing is lost, and nothing was said twice."];
}

export class BreakIt {
  constructor({ close }) {
    this.facts = h("dl", { class: "facts" });
    this.verdict = h("p", { class: "verdict", role: "status" });
    this.active = h("ul", { class: "troubles-now", "aria-live": "polite" });
    this.bot = h("button", { type: "button", class: "trouble", data: { points: "bot" }, onclick: () => this.make(this.bot, state.lab.bot ? "kill" : "start") });
    this.buttons = TROUBLES.map(([kind, words, more]) => {
      const node = h("button", { type: "button", class: "trouble", data: { kind }, onclick: () => this.make(node, kind) }, h("strong", {}, words), h("small", {}, more));
      return node;
    });
    this.heal = h("button", { type: "button", class: "button", onclick: () => this.make(this.heal, "clear") }, "Make all well again");
    this.node = h("aside", { class: "panel", "aria-label": "Break it" },
      h("header", { class: "panel-head" }, h("h2", {}, "Break it"), h("button", { type: "button", class: "head-button", "aria-label": "Close", onclick: close }, icon("close"))),
      h("div", { class: "panel-body" }, h("p", { class: "panel-words" }, "Make trouble while something is under way, then see that nothing is lost and nothing is said twice."),
        this.facts, this.verdict, this.active, h("div", { class: "troubles" }, this.bot, this.buttons), this.heal));
  }

  async make(button, kind) {
    button.classList.add("waiting");
    await sent(trouble(kind));
    button.classList.remove("waiting");
  }

  draw() {
    const { lab } = state;
    const fact = (words, value, good) => [h("dt", {}, words), h("dd", { class: good === undefined ? "" : good ? "good" : "bad" }, value)];
    fill(this.facts,
      fact("Bot", lab.bot === false ? "killed" : lab.connected ? "connected" : "out of reach", lab.bot !== false && lab.connected),
      fact("Calls that went wrong", String(lab.hits ?? 0)),
      lab.waiting !== null && fact("Still to be said", String(lab.waiting), lab.waiting === 0 || undefined),
      fact("Said by the bot", String(lab.posted ?? 0)),
      fact("Said twice", String(lab.doubled ?? 0), lab.doubled === 0));
    const [good, verdict] = judged(lab);
    this.verdict.className = `verdict ${good ? "good" : ""}`;
    if (this.verdict.textContent !== verdict) fill(this.verdict, icon(good ? "check" : "clock"), verdict);
    fill(this.active, (lab.trouble ?? []).map((one) => h("li", {}, one.label, one.left === null ? "" : ` · ${one.left} more`)));
    this.bot.hidden = lab.bot === null;
    fill(this.bot, h("strong", {}, lab.bot ? "Kill the bot" : "Start the bot again"), h("small", {}, lab.bot ? "At once, without a warning, whatever it is doing." : "On the same database."));
    for (const node of this.buttons) {
      const on = { slow: lab.slow, refuse: lab.refusing }[node.dataset.kind];
      if (on !== undefined) node.setAttribute("aria-pressed", String(Boolean(on)));
    }
  }
}
