// Puts the page together. transport.js brings messages, outbox.js sends them, log.js shows both.

import { setUpComposer } from "./composer.js";
import { createLog } from "./log.js";
import { createMarks } from "./marks.js";
import { createOutbox, earlierLines, leaveOldLines } from "./outbox.js";
import { setUpLeaving, showChangedNotice } from "./privacy.js";
import { recall, remember } from "./store.js";
import { TEXTS } from "./texts.js";
import { follow } from "./transport.js";

const byId = (id) => document.getElementById(id);

const log = createLog({
  region: byId("log"),
  scroller: byId("scroller"),
  newer: byId("newer"),
  onReply: (title, payload) => outbox.reply(title, payload),
  onRetry: (line) => outbox.retry(line),
});

const outbox = createOutbox({
  onLine: (line, file) => { log.addLine(line, { file }); showStart(); notice(""); },
  onChange: (line) => { log.changeLine(line); forgetUnsent(); },
  onNotice: notice,
});

const marks = createMarks({ words: byId("words"), typing: byId("typing") });

/** Large type, and within it very large; `/chat?elder=1` on a poster opens the page in large type. */
function setUpLargeText() {
  if (new URLSearchParams(location.search).get("elder") === "1") remember("large", true);
  const apply = () => {
    const large = recall("large", false);
    byId("huge").hidden = !large;
    show("large", large);
    show("huge", large && recall("huge", false));
  };
  for (const size of ["large", "huge"]) {
    byId(size).addEventListener("click", () => {
      remember(size, !recall(size, false));
      apply();
    });
  }
  apply();
}

function show(size, on) {
  document.documentElement.classList.toggle(size, on);
  byId(size).setAttribute("aria-checked", String(on));
}

function setUpSpokenButtons() {
  for (const button of document.querySelectorAll("[data-say]")) {
    button.addEventListener("click", () => {
      if (byId("start").contains(button)) byId("scroller").focus(); // the button is about to go
      outbox.say(button.dataset.say);
    });
  }
}

function showStart() {
  byId("start").hidden = !log.isEmpty;
}

function notice(text) {
  byId("notice").textContent = text;
}

/** Once nothing is left to send again, the warning must go. Other notices stay until the next line. */
function forgetUnsent() {
  if (byId("notice").textContent === TEXTS.unsent && !document.querySelector(".message.failed .retry")) notice("");
}

function showState(state) {
  byId("status").textContent = TEXTS[state] ?? "";
}

function takeMessages(messages, options) {
  const newest = Math.max(recall("seq", 0), ...messages.map((message) => message.seq));
  remember("seq", newest);
  log.addMessages(messages, options);
  marks.take(messages);
  showStart();
}

function startAnew() {
  leaveOldLines();
  log.newConversation();
  marks.restart();
  notice(TEXTS.renewed);
}

/** Until this runs, an old browser shows only the phone line and not buttons that do nothing. */
function showControls() {
  byId("opening").remove();
  for (const control of document.querySelectorAll("#composer, #large, #leave, header [data-say]")) control.hidden = false;
}

showControls();
setUpLargeText();
setUpSpokenButtons();
setUpComposer({ form: byId("composer"), outbox, onNotice: notice });
setUpLeaving({ button: byId("leave"), dialog: byId("leaving") });
showChangedNotice(byId("privacy"));
earlierLines().forEach((line) => log.addLine(line, { earlier: true }));
showStart();
window.addEventListener("offline", () => showState("offline"));
window.addEventListener("online", () => showState("online")); // the stream may have survived and have nothing to say
follow({ onMessages: takeMessages, onState: showState, onRenewed: startAnew, onTyping: marks.showTyping });
