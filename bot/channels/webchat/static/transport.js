// The session with the server, and the messages that come from it.

import { recall, remember } from "./store.js";

const FIRST_BYTE_MS = 4000; // the stream begins with a comment; a proxy that holds it back shows no byte at all
const ANSWER_MS = 15_000;
const SILENCE_MS = 45_000; // the server sends a ping well within this
const POLL_SECONDS = 20;
const POLLING_MS = 600_000; // then streaming is tried again
const LONGEST_PAUSE_MS = 30_000;

let session = recall("session");
let opening = null;
let isOver = false; // the resident has left; no request may open a new session
let renewed = () => {};

/** Call the server as this resident. `pathOf` is a function because a new session changes the path. */
export async function call(pathOf, options = {}) {
  const used = await currentSession();
  const response = await authorised(pathOf, options, used);
  if (response.status !== 401) return response;
  await replaceSession(used);
  return authorised(pathOf, options, await currentSession());
}

/** Have the server forget this session; without a connection its token is forgotten here, and nobody else has it. */
export async function endSession() {
  isOver = true;
  if (!session) return;
  try {
    await authorised(() => "/chat/sessions", { method: "DELETE", keepalive: true, signal: AbortSignal.timeout(ANSWER_MS) }, session);
  } catch {
    // See above.
  }
  session = null;
}

function authorised(pathOf, options, { token }) {
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  return fetch(pathOf(), { cache: "no-store", ...options, headers });
}

function currentSession() {
  if (isOver) return Promise.reject(new Error("the resident has left"));
  if (session) return Promise.resolve(session);
  if (!opening) opening = openSession().finally(() => { opening = null; });
  return opening;
}

async function openSession() {
  const asked = new URLSearchParams(location.search);
  const scene = asked.get("scene");
  const response = await fetch("/chat/sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...(scene && { scene }), elder: asked.get("elder") === "1" }),
  });
  session = await readJson(response);
  remember("session", session);
  return session;
}

async function replaceSession(refused) {
  if (session?.token !== refused.token) return; // somebody here has replaced it already
  const stored = recall("session");
  session = stored?.token === refused.token ? null : stored; // another tab may have
  await currentSession();
  renewed();
}

async function readJson(response) {
  if (!response.ok) throw Object.assign(new Error("refused"), { status: response.status });
  return response.json();
}

/** Bring every message, old and new, to `onMessages`, for as long as the page is open. */
export async function follow({ onMessages, onState, onRenewed, onTyping }) {
  let failures = 0;
  const inbox = createInbox(onMessages, onTyping, () => { failures = 0; onState("online"); });
  renewed = () => { inbox.restart(); onRenewed(); };
  onState("connecting");
  for (;;) {
    try {
      await inbox.next();
    } catch {
      failures += 1;
      if (failures > 1 || !inbox.loaded) onState("offline"); // one lost stream is nothing to trouble anybody with
      await pause(failures);
    }
  }
}

function createInbox(onMessages, onTyping, onOpen) {
  let lastSeq = 0;
  let loaded = false;
  let pollUntil = 0;

  function take(messages, { history = false } = {}) {
    for (const message of messages) lastSeq = Math.max(lastSeq, message.seq);
    if (messages.length || history) onMessages(messages, { history });
  }

  async function fetchMessages(seconds) {
    const guard = createGuard(seconds * 1000 + ANSWER_MS);
    try {
      const path = () => `/chat/messages?after=${lastSeq}&wait=${seconds}`;
      const { messages } = await readJson(await call(path, { signal: guard.signal }));
      onOpen();
      return messages;
    } finally {
      guard.dismiss();
    }
  }

  async function poll() {
    const messages = await fetchMessages(POLL_SECONDS);
    take(messages);
    if (!messages.length) await sleep(1000); // a server that does not wait must not be hammered
  }

  async function stream() {
    const guard = createGuard(FIRST_BYTE_MS);
    let heard = false;
    try {
      const response = await call(() => `/chat/events?after=${lastSeq}`, { signal: guard.signal });
      if (!response.ok) await readJson(response);
      await readEvents(response.body, {
        onChunk: () => { if (!heard) onOpen(); heard = true; guard.extend(SILENCE_MS); },
        onMessage: (message) => take([message]),
        onTyping,
      });
    } finally {
      guard.dismiss();
      if (!heard) pollUntil = Date.now() + POLLING_MS;
    }
    await sleep(1000);
  }

  async function next() {
    if (loaded) return Date.now() < pollUntil ? poll() : stream();
    const messages = await fetchMessages(0);
    loaded = true;
    return take(messages, { history: true });
  }

  return { next, restart() { lastSeq = 0; }, get loaded() { return loaded; } };
}

/** EventSource cannot carry an Authorization header, so the stream is read by hand. */
async function readEvents(body, { onChunk, onMessage, onTyping }) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onChunk();
    const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    if (blocks.some((block) => /^event: ?typing$/m.test(block))) onTyping();
    blocks.map(parseEvent).filter(Boolean).forEach(onMessage);
  }
}

function parseEvent(block) {
  const data = block.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
  try {
    const message = JSON.parse(data.join("\n"));
    return Number.isInteger(message?.seq) ? message : null;
  } catch {
    return null; // a ping, or a comment
  }
}

/** Aborts a request that has been silent too long. It compares clock times, because timers stop while a phone sleeps. */
function createGuard(milliseconds) {
  const controller = new AbortController();
  let until = Date.now() + milliseconds;
  const timer = setInterval(() => { if (Date.now() > until) controller.abort(); }, 1000);
  return {
    signal: controller.signal,
    extend(more) { until = Date.now() + more; },
    dismiss() { clearInterval(timer); },
  };
}

function pause(failures) {
  const longest = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (failures - 1));
  return sleep(longest * (0.5 + Math.random() / 2)); // not every phone at the same second after an outage
}

let wake = () => {};

function sleep(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    wake = () => { clearTimeout(timer); resolve(); };
  });
}

window.addEventListener("online", () => wake());
document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
