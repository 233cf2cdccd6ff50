// The live line to the workspace: who looks at what goes out, what changed on that screen comes in.

export const state = {
  about: null, me: null, people: {}, groups: {}, sidebar: { own: [], others: [] }, cast: {}, channel: {}, home: {}, modals: { stack: [] },
  messages: { order: [], bodies: {} }, replies: { order: [], bodies: {} }, lab: {}, guide: {}, clock: { offset: 0, next: null, going_to: null }, online: false,
};

const PAUSE = 400;
const LONGEST_PAUSE = 3000;

let at = { now: Date.now() / 1000, steady: performance.now() };
let socket = null;
let wish = null;
let serial = 0;
let listener = () => {};

export function now() {
  return at.now + (performance.now() - at.steady) / 1000;
}

export function onChange(call) {
  listener = call;
}

// What does not change, once the workspace is ready to be looked at; `wait` is told what it is busy with until then.
export async function connect(wait) {
  for (;;) {
    state.about = await (await fetch("/_page/about")).json();
    if (!state.about.preparing) break;
    wait(state.about.preparing);
    await new Promise((done) => { setTimeout(done, 400); });
  }
  dial();
}

function dial() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/_page/live`);
  socket.onopen = () => {
    state.online = true;
    if (wish) socket.send(JSON.stringify(wish));
    listener(new Set(["online"]));
  };
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = () => {
    if (state.online) {
      state.online = false;
      listener(new Set(["online"]));
    }
    setTimeout(() => redial(), PAUSE);
  };
}

async function redial(pause = PAUSE) {
  try {
    const about = await (await fetch("/_page/about")).json();
    // Another workspace on the same address: begin anew.
    if (about.boot !== state.about.boot) {
      location.hash = "";
      location.reload();
      return;
    }
    for (const section of ["messages", "replies"]) state[section] = { order: [], bodies: {} };
    dial();
  } catch {
    // A workspace that starts again is there soon; one that has ended is asked for ever less often.
    setTimeout(() => redial(Math.min(pause * 1.3, LONGEST_PAUSE)), pause);
  }
}

function take(news) {
  at = { now: news.now, steady: performance.now() };
  delete news.now;
  for (const [name, body] of Object.entries(news)) {
    if (name === "messages" || name === "replies") merge(state, name, body);
    else state[name] = body;
  }
  listener(new Set(Object.keys(news)));
}

const kept = {};
function merge(into, name, { channel, person, order, fresh }) {
  // The server sends each message once, so they are kept for every place and person that was looked at.
  const key = `${name} ${person} ${channel}`;
  const bodies = (kept[key] ??= {});
  Object.assign(bodies, fresh);
  into[name] = { channel, person, order, bodies, fresh: new Set(Object.keys(fresh)) };
}

export function look(place) {
  serial += 1;
  wish = { ...place, serial };
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(wish));
  return serial;
}

async function post(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return await answer.json();
  } catch {
    return { ok: false, error: "The workspace cannot be reached." };
  }
}

export const act = (what, details = {}) => post("/_page/act", { do: what, as: state.me.id, ...details });
export const moveTime = (wish) => post("/_page/time", wish);
export const trouble = (kind) => post("/_page/trouble", { trouble: kind });
export const startAgain = () => post("/_page/again", {});
export const skip = (step) => post("/_page/skip", { step });
