// The resident's own lines: shown at once, sent in order, kept on this phone because the server does not send them back.

import { recall, remember } from "./store.js";
import { TEXTS, describeFile, describeRefusal } from "./texts.js";
import { call } from "./transport.js";

const KEPT_LINES = 200;
const TRIES = 7; // about a minute of waiting in all
const TEXT_LIMIT_MS = 30_000;
const FILE_LIMIT_MS = 300_000; // 20 MB from a weak signal takes minutes

export function createOutbox({ onLine, onChange, onNotice }) {
  const files = new Map(); // a File cannot be stored, so it lives as long as the page
  const lanes = { text: Promise.resolve(), file: Promise.resolve() }; // a long upload must not hold up a cry for help

  function add(text, body, file = null) {
    const line = { id: newId(), text, body, after: recall("seq", 0), at: new Date().toISOString(), state: "sending" };
    if (file) files.set(line.id, file);
    keep(line);
    onLine(line, file);
    queue(line);
  }

  function queue(line) {
    const lane = files.has(line.id) ? "file" : "text";
    lanes[lane] = lanes[lane].then(() => deliver(line));
  }

  async function deliver(line) {
    for (let tries = 1; ; tries += 1) {
      const status = await post(line, files.get(line.id));
      if (status >= 200 && status < 300) return settle(line, "sent");
      if (!isBusy(status)) return fail(line, status);
      if (tries === TRIES) return fail(line, 0);
      await new Promise((resolve) => setTimeout(resolve, Math.min(20_000, 1000 * 2 ** (tries - 1))));
    }
  }

  function fail(line, status) {
    if (status) line.refusal = describeRefusal(status);
    settle(line, "failed");
    onNotice(line.refusal || TEXTS.unsent);
  }

  function settle(line, state) {
    line.state = state;
    if (state === "sent") files.delete(line.id);
    keep(line);
    onChange(line);
  }

  return {
    say: (text) => add(text, { text }),
    reply: (title, payload) => add(title, { payload }),
    place: (location) => add(TEXTS.myPlace, { location }),
    attach: (file, seconds = 0) => add(describeFile(file, seconds), null, file),
    retry(line) {
      line.state = "sending";
      onChange(line);
      queue(line);
    },
  };
}

/** The lines of earlier visits. One that was under way when the page closed may or may not have arrived. */
export function earlierLines() {
  return recall("lines", []).map(withoutFileName).map((line) => {
    if (line.state === "sent") return line;
    return { ...line, state: "failed", refusal: line.refusal || (line.body ? "" : TEXTS.fileLost) };
  });
}

/** An earlier version of the page kept `照片：IMG_2031.jpg`. */
function withoutFileName(line) {
  return line.body ? line : { ...line, text: line.text.split("：")[0] };
}

/** A new session has its own numbering and no memory of the old one: only what is still unsent goes along. */
export function leaveOldLines() {
  const unsent = recall("lines", []).filter((line) => line.state !== "sent");
  remember("lines", unsent.map((line) => ({ ...line, after: 0 })));
  remember("seq", 0);
}

function keep(line) {
  const others = recall("lines", []); // read again each time: another tab writes here too
  const place = others.findIndex((other) => other.id === line.id);
  if (place >= 0) others[place] = { ...line, after: others[place].after };
  else others.push(line);
  remember("lines", others.slice(-KEPT_LINES));
}

/** The HTTP status, or 0 when the server could not be reached. */
async function post(line, file) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), file ? FILE_LIMIT_MS : TEXT_LIMIT_MS);
  try {
    const response = await call(() => "/chat/messages", { method: "POST", signal: controller.signal, ...content(line, file) });
    return response.status;
  } catch (error) {
    return error.status || 0; // the status is there when opening a session was refused
  } finally {
    clearTimeout(timer);
  }
}

function content(line, file) {
  if (!file) {
    return { headers: { "Content-Type": "application/json" }, body: JSON.stringify({ message_id: line.id, ...line.body }) };
  }
  const form = new FormData();
  form.append("message_id", line.id);
  form.append("file", file, file.name);
  return { body: form };
}

function isBusy(status) {
  return status === 429 || (status >= 500 && status < 600);
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Browsers offer randomUUID on https only; a demo on a village network may be plain http.
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("");
}
