// Tells the server what this page shows of a person's replies, and that the resident is writing to
// the person. The server keeps it only while a person has the chat.

import { call } from "./transport.js";

const TYPING_MS = 5000; // as long as the server writes no mark of typing again
const SHOWN_MS = 10_000;

export function createMarks({ words, typing }) {
  let marks = { got: 0, read: 0 };
  let hasPerson = false;
  let typedAt = 0;
  let timer = null;

  function take(messages) {
    for (const { from, seq } of messages) {
      if (from === "staff") marks.got = Math.max(marks.got, seq);
      if (from !== "system") hasPerson = from === "staff";
    }
    if (messages.some(({ from }) => from === "staff")) hideTyping();
    tellShown();
  }

  function tellShown() {
    const { got, read } = marks;
    const shown = document.hidden ? read : got;
    if (shown === read && got === marks.told) return;
    marks = { got, read: shown, told: got };
    tell(marks);
  }

  function tellTyping() {
    if (!hasPerson || Date.now() - typedAt < TYPING_MS) return;
    typedAt = Date.now();
    tell({ ...marks, typing: true });
  }

  function showTyping() {
    typing.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(hideTyping, SHOWN_MS);
  }

  function hideTyping() {
    typing.hidden = true;
  }

  function restart() {
    marks = { got: 0, read: 0 };
    hasPerson = false;
  }

  document.addEventListener("visibilitychange", tellShown);
  words.addEventListener("input", tellTyping);
  return { take, restart, showTyping };
}

/** A mark that does not arrive is no loss: the next one says the same. */
function tell({ got, read, typing = false }) {
  const body = JSON.stringify({ got, read, typing });
  const headers = { "Content-Type": "application/json" };
  call(() => "/chat/marks", { method: "POST", headers, body }).catch(() => {});
}
