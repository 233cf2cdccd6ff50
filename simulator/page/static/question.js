// "Are you sure?", as an app words it.

import { h } from "./dom.js";
import { plainWords, textObject } from "./text.js";

export function asked(near, confirm, reader) {
  return new Promise((answer) => {
    let agreed = false;
    const look = confirm.style === "danger" ? "button button-danger" : "button button-primary";
    const box = h("dialog", { class: "modal question", "aria-labelledby": "question-title", onclose: () => { box.remove(); near.focus(); answer(agreed); } },
      h("h2", { id: "question-title" }, textObject(confirm.title, reader)),
      h("div", { class: "modal-body" }, textObject(confirm.text, reader)),
      h("div", { class: "modal-foot" },
        h("button", { type: "button", class: "button", onclick: () => box.close() }, plainWords(confirm.deny) || "Cancel"),
        h("button", { type: "button", class: look, onclick: () => { agreed = true; box.close(); } }, plainWords(confirm.confirm) || "Yes")));
    document.body.append(box);
    box.showModal();
  });
}
