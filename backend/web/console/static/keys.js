// Keys of the console: j k o x / ? and Ctrl+Enter. Everything works without them, and a box in
// the table of keys (?) turns the single letters off, for people who dictate or press by chance.
"use strict";

const OFF = "minhu-keys-off";
const table = document.getElementById("keys");
const isOn = () => localStorage.getItem(OFF) === null;
const rows = () => [...document.querySelectorAll(".cases .what a")];

const KEYS = {
  j: () => step(1) || follow("next"),
  k: () => step(-1) || follow("prev"),
  o: () => rowOf()?.querySelector(".what a")?.click(),
  x: () => rowOf()?.querySelector(".tick input")?.click(),
  "/": () => document.getElementById("q")?.focus(),
  "?": () => table?.showModal(),
};

function rowOf() {
  return document.activeElement.closest(".cases tbody tr");
}

function step(by) {
  const links = rows();
  if (links.length === 0) return false;
  const at = links.indexOf(rowOf()?.querySelector(".what a"));
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
  links[Math.max(0, Math.min(links.length - 1, next))].focus();
  return true;
}

function follow(rel) {
  document.querySelector(`.back a[rel=${rel}]`)?.click();
}

function isTyping(element) {
  return element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.preventDefault();
    const main = event.target.form.querySelector("button.main");
    return event.target.form.requestSubmit(main ?? undefined);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (table?.open || !(event.key in KEYS) || !(isOn() || event.key === "?")) return;
  event.preventDefault();
  KEYS[event.key]();
});

const box = table?.querySelector("input[type=checkbox]");
if (box) {
  box.checked = isOn();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
}
document.getElementById("keys-button")?.removeAttribute("hidden");
document.getElementById("keys-button")?.addEventListener("click", () => table.showModal());
