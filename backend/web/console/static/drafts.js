// Keeps what is written in a reply on the server, a moment after each pause. Without it the button
// 看新消息 does the same.
"use strict";

const PAUSE_MS = 700;
const RETRY_MS = 3000;
const reply = document.querySelector("[data-draft]");
if (reply) keepDraft(reply, document.getElementById("draft-state"));

function keepDraft(field, state) {
  let stored = field.value;
  let timer = null;
  let isSent = false;

  field.addEventListener("input", () => later(PAUSE_MS));
  field.form.addEventListener("submit", () => {
    isSent = true;
    clearTimeout(timer);
  });
  addEventListener("pagehide", () => {
    if (!isSent && field.value !== stored) send(true);
  });
  field.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") field.form.requestSubmit();
  });

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  async function save() {
    const text = field.value;
    const answer = await send(false).catch(() => null);
    if (answer?.type === "opaqueredirect") {
      stored = text;
      state.textContent = "草稿已存";
    } else {
      state.textContent = "草稿没存上，会再试";
      later(RETRY_MS);
    }
  }

  function send(keepalive) {
    const form = new URLSearchParams({
      form_token: field.form.elements.form_token.value,
      text: field.value,
    });
    const options = { method: "POST", body: form, redirect: "manual", keepalive };
    return fetch(field.dataset.draft, options);
  }
}
