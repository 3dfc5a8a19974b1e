// The conversation on the screen.

import { make, makeButton } from "./elements.js";
import { drawFile } from "./files.js";
import { linkPhones } from "./phones.js";
import { drawReplies, withoutChoices } from "./replies.js";
import { createScrolling } from "./scrolling.js";
import { SPEAKERS, STATES, TEXTS } from "./texts.js";

const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" };
const DAY = { month: "long", day: "numeric", timeZone: "Asia/Shanghai" };

export function createLog({ region, scroller, newer, onReply, onRetry }) {
  const list = region.querySelector("ol");
  const items = []; // in the order of the screen
  const shown = new Set();
  let conversation = 0;
  const scrolling = createScrolling({ scroller, newer, newest: () => items[items.length - 1]?.element });

  function addMessages(messages, { history = false } = {}) {
    const fresh = messages.filter((message) => !shown.has(message.seq));
    const added = fresh.map(addMessage);
    quietOldReplies();
    if (history) showHistory();
    else if (added.length) scrolling.arrive(added);
  }

  function addMessage(message) {
    shown.add(message.seq);
    const element = drawMessage(message.from, message);
    if (message.buttons?.length) {
      element.classList.add("asks");
      element.append(drawReplies(message, onReply));
    }
    place({ conversation, seq: message.seq, own: 0, from: message.from, element });
    return element;
  }

  function addLine(line, { earlier = false, file = null } = {}) {
    const element = drawMessage("resident", line);
    if (file) element.querySelector(".text").replaceWith(drawFile(file, line.text));
    element.id = `line-${line.id}`;
    const state = make("p", "state");
    state.setAttribute("aria-live", "off"); // a failure is announced by the notice; success needs no announcing
    element.append(state);
    place({ conversation, seq: line.after, own: 1, from: "resident", element });
    changeLine(line);
    quietOldReplies();
    if (!earlier) scrolling.toEnd();
  }

  /** The page starts with aria-busy: a screen reader need not read out the whole history again. */
  function showHistory() {
    scrolling.settle();
    setTimeout(() => region.removeAttribute("aria-busy"), 1000);
  }

  function changeLine(line) {
    const element = document.getElementById(`line-${line.id}`);
    const failed = line.state === "failed";
    element.classList.toggle("failed", failed);
    element.querySelector(".state").textContent = STATES[line.state] + (failed && line.refusal ? `。${line.refusal}` : "");
    element.querySelector(".retry")?.remove();
    if (failed && !line.refusal) element.append(makeRetry(line));
    if (failed && scrolling.atBottom) scrolling.toEnd();
  }

  /** Each own line stands after the last message its writer had seen: the phone's clock may be wrong, that order is not. */
  function place(item) {
    let index = items.length;
    while (index > 0 && isAfter(items[index - 1], item)) index -= 1;
    list.insertBefore(item.element, items[index]?.element ?? null);
    items.splice(index, 0, item);
  }

  function makeRetry(line) {
    const button = makeButton(TEXTS.retry, () => { scroller.focus(); onRetry(line); });
    button.className = "retry";
    return button;
  }

  /** Only the newest question can be answered by button. A notice that drops in between does not take it away. */
  function quietOldReplies() {
    const newest = items.filter((item) => item.from !== "system" || item.element.querySelector(".choices")).pop();
    for (const button of list.querySelectorAll(".choices button")) {
      const old = !newest.element.contains(button);
      if (old && button === document.activeElement) scroller.focus(); // or the keyboard would be sent back to the top
      button.disabled = old;
    }
  }

  return {
    addMessages,
    addLine,
    changeLine,
    newConversation() { conversation += 1; shown.clear(); },
    get isEmpty() { return items.length === 0; },
  };
}

function isAfter(one, other) {
  return (one.conversation - other.conversation || one.seq - other.seq || one.own - other.own) > 0;
}

function drawMessage(from, { text, buttons, at, case_no: caseNo }) {
  const element = make("li", `message ${from}`);
  const who = make("p", "who");
  const time = make("time", "", describeTime(at));
  time.dateTime = at;
  who.append(make("b", "", SPEAKERS[from] ?? SPEAKERS.system), " ", time);
  if (caseNo && !text.includes(caseNo)) who.append(" ", make("span", "case", `${TEXTS.caseNo} ${caseNo}`));
  const words = make("p", "text");
  if (from === "resident") words.textContent = text;
  else words.append(...linkPhones(withoutChoices(text, buttons)));
  element.append(who, words);
  return element;
}

function describeTime(at) {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return "";
  const day = then.toLocaleDateString("zh-CN", DAY);
  const clock = then.toLocaleTimeString("zh-CN", CLOCK);
  return day === new Date().toLocaleDateString("zh-CN", DAY) ? clock : `${day} ${clock}`;
}
