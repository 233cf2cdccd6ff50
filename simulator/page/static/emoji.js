// Names that apps write between colons. What is not here is shown as it was written.
const NAMES = {
  white_check_mark: "✅", heavy_check_mark: "✔️", warning: "⚠️", rotating_light: "🚨", fire: "🔥", bell: "🔔", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_blue_circle: "🔵",
  large_green_circle: "🟢", white_circle: "⚪", eyes: "👀", tada: "🎉", thumbsup: "👍", "+1": "👍", "-1": "👎", pray: "🙏",
  heart: "❤️", rocket: "🚀", x: "❌", no_entry: "⛔", lock: "🔒", memo: "📝", pushpin: "📌", calendar: "📆", clock1: "🕐",
  alarm_clock: "⏰", zzz: "💤", information_source: "ℹ️", question: "❓", exclamation: "❗", bulb: "💡", hand: "✋", raised_hands: "🙌",
  speech_balloon: "💬", mega: "📣", loudspeaker: "📢", chart_with_upwards_trend: "📈", link: "🔗", sparkles: "✨", smile: "😄",
  palm_tree: "🌴", desert_island: "🏝️", beach_with_umbrella: "🏖️", face_with_thermometer: "🤒", baby: "👶",
};

export const REACTIONS = ["+1", "eyes", "white_check_mark", "tada", "pray", "heart"];

export function emoji(name) {
  return NAMES[name.split("::")[0]] ?? `:${name}:`;
}

export function withEmoji(text) {
  return text.replace(/:([\w+-]+):/g, (whole, name) => NAMES[name] ?? whole);
}
