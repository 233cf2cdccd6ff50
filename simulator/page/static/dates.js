// Moments in the reader's own zone, as Slack's date tokens write them.

const made = new Map();
function parts(epoch, zone, fields) {
  const key = zone + JSON.stringify(fields);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-US", { timeZone: zone, ...fields }));
  return Object.fromEntries(made.get(key).formatToParts(new Date(epoch * 1000)).map(({ type, value }) => [type, value]));
}

export function dayOf(epoch, zone) {
  const { year, month, day } = parts(epoch, zone, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${year}-${month}-${day}`;
}

export function time(epoch, zone, seconds = false) {
  const fields = { hour: "numeric", minute: "2-digit", hour12: true, ...(seconds && { second: "2-digit" }) };
  const { hour, minute, second, dayPeriod } = parts(epoch, zone, fields);
  return `${hour}:${minute}${seconds ? `:${second}` : ""} ${dayPeriod}`;
}

export function time24(epoch, zone) {
  const { hour, minute } = parts(epoch, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return `${hour}:${minute}`;
}

export function ordinal(day) {
  const ends = { 1: "st", 2: "nd", 3: "rd" };
  return `${day}${day % 100 >= 10 && day % 100 <= 20 ? "th" : ends[day % 10] ?? "th"}`;
}

export function daysBetween(epoch, now, zone) {
  return Math.round((Date.parse(dayOf(epoch, zone)) - Date.parse(dayOf(now, zone))) / 86_400_000);
}

const NEAR = { 0: "Today", 1: "Tomorrow", "-1": "Yesterday" };

function token(name, epoch, zone, now) {
  if (name === "time") return time(epoch, zone);
  if (name === "time_secs") return time(epoch, zone, true);
  if (name === "ago") return ago(now - epoch);
  if (name.endsWith("_pretty")) return NEAR[daysBetween(epoch, now, zone)] ?? token(name.slice(0, -7), epoch, zone, now);
  const long = parts(epoch, zone, { weekday: "long", year: "numeric", month: "long", day: "numeric" });
  const short = parts(epoch, zone, { month: "short" });
  switch (name) {
    case "date_num": return dayOf(epoch, zone);
    case "date_slash": { const [year, month, day] = dayOf(epoch, zone).split("-"); return `${month}/${day}/${year}`; }
    case "date": return `${long.month} ${ordinal(+long.day)}, ${long.year}`;
    case "date_short": return `${short.month} ${long.day}, ${long.year}`;
    case "date_long": case "date_long_full": case "day_divider":
      return `${long.weekday}, ${long.month} ${ordinal(+long.day)}, ${long.year}`;
  }
  return null;
}

export function ago(seconds) {
  const size = Math.abs(seconds);
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (size < length) continue;
    const count = Math.floor(size / length);
    const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
    return seconds >= 0 ? `${words} ago` : `in ${words}`;
  }
  return seconds >= 0 ? "just now" : "in less than a minute";
}

export function byPattern(epoch, pattern, zone, now) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => token(name, epoch, zone, now) ?? whole);
}

export function dayHeading(epoch, zone, now) {
  const near = NEAR[daysBetween(epoch, now, zone)];
  const { weekday, month, day } = parts(epoch, zone, { weekday: "long", month: "long", day: "numeric" });
  return near ?? `${weekday}, ${month} ${ordinal(+day)}`;
}

export function dayWords(epoch, zone) {
  const { weekday, day, month } = parts(epoch, zone, { weekday: "short", day: "numeric", month: "short" });
  return `${weekday} ${day} ${month}`;
}

// The epoch of a wall time in a zone: guess UTC, then take away what the zone adds there (twice, for days that change).
export function epochOf(day, clock, zone) {
  const wanted = Date.parse(`${day}T${clock}:00Z`) / 1000;
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    const shown = Date.parse(`${dayOf(guess, zone)}T${time24(guess, zone)}:00Z`) / 1000;
    guess += wanted - shown;
  }
  return guess;
}
