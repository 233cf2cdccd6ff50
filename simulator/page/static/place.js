// Who one is and where one looks stands in the address, so that a reload, a second tab or a bookmark come back to it.

export function read() {
  const found = location.hash.match(/^#\/as\/(\w*)(?:\/in\/(\w+))?(?:\/thread\/([\d.]+))?/);
  const [, as = "", place = "", thread = ""] = found ?? [];
  return { as, place, thread };
}

export function write({ as, place, thread }, replace = false) {
  const hash = `#/as/${as}${place ? `/in/${place}` : ""}${thread ? `/thread/${thread}` : ""}`;
  if (location.hash === hash) return;
  if (replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
}

export function onMove(call) {
  addEventListener("popstate", call);
}
