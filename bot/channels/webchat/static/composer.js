// Where the resident speaks: words, photos, voice, a place.

import { setUpVoice } from "./recorder.js";
import { TEXTS } from "./texts.js";

const LARGEST_FILE = 20 * 1024 * 1024;
const LOCATING = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 };

export function setUpComposer({ form, outbox, onNotice }) {
  const words = form.querySelector("textarea");
  setUpWords(form, words, outbox);
  setUpFiles("picture", outbox, onNotice);
  setUpFiles("voice", outbox, onNotice);
  document.getElementById("picture").addEventListener("click", () => document.getElementById("picture-file").click());
  setUpVoice(outbox, onNotice);
  setUpPlace(outbox, onNotice);
}

function setUpWords(form, words, outbox) {
  const send = (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (text) outbox.say(text);
    words.value = "";
    grow(words);
    words.focus();
  };
  form.addEventListener("submit", send);
  words.addEventListener("input", () => grow(words));
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !isComposing(event)) send(event);
  });
}

/** Safari ends the composition before it reports the Enter that chose a word; 229 still marks it. */
function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

function grow(words) {
  words.style.height = "auto";
  const borders = words.offsetHeight - words.clientHeight;
  words.style.height = `${words.scrollHeight + borders}px`;
}

function setUpFiles(name, outbox, onNotice) {
  const input = document.getElementById(`${name}-file`);
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // so that the same file can be chosen again
    files.filter((file) => file.size <= LARGEST_FILE).forEach((file) => outbox.attach(file));
    if (files.some((file) => file.size > LARGEST_FILE)) onNotice(TEXTS.tooLarge);
  });
}

function setUpPlace(outbox, onNotice) {
  document.getElementById("place").addEventListener("click", () => {
    if (!navigator.geolocation) return onNotice(TEXTS.noLocation);
    onNotice(TEXTS.locating);
    const found = ({ coords }) => {
      onNotice("");
      outbox.place({ latitude: coords.latitude, longitude: coords.longitude });
    };
    navigator.geolocation.getCurrentPosition(found, () => onNotice(TEXTS.noLocation), LOCATING);
  });
}
