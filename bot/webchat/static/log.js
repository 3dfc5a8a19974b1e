// The conversation on the screen.

import { SPEAKERS, STATES, TEXTS } from "./texts.js";

const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" };
const DAY = { month: "long", day: "numeric", timeZone: "Asia/Shanghai" };
const NEAR_BOTTOM = 80;

export function createLog({ region, scroller, newer, onReply, onRetry }) {
  const list = region.querySelector("ol");
  const items = []; // in the order of the screen
  const shown = new Set();
  let conversation = 0;
  let atBottom = true;

  function addMessages(messages, { history = false } = {}) {
    const fresh = messages.filter((message) => !shown.has(message.seq));
    const added = fresh.map(addMessage);
    quietOldReplies();
    if (history) showHistory();
    else if (added.length) reveal(added[0]);
  }

  function addMessage(message) {
    shown.add(message.seq);
    const element = drawMessage(message.from, message);
    if (message.buttons?.length) element.append(drawReplies(message.buttons));
    place({ conversation, seq: message.seq, own: 0, from: message.from, element });
    return element;
  }

  function addLine(line, { earlier = false } = {}) {
    const element = drawMessage("resident", line);
    element.id = `line-${line.id}`;
    const state = make("p", "state");
    state.setAttribute("aria-live", "off"); // a failure is announced by the notice; success needs no announcing
    element.append(state);
    place({ conversation, seq: line.after, own: 1, from: "resident", element });
    changeLine(line);
    quietOldReplies();
    if (!earlier) scrollToEnd();
  }

  /** The page starts with aria-busy: a screen reader need not read out the whole history again. */
  function showHistory() {
    scrollToEnd();
    setTimeout(() => region.removeAttribute("aria-busy"), 1000);
  }

  function changeLine(line) {
    const element = document.getElementById(`line-${line.id}`);
    const failed = line.state === "failed";
    element.classList.toggle("failed", failed);
    element.querySelector(".state").textContent = STATES[line.state] + (failed && line.refusal ? `。${line.refusal}` : "");
    element.querySelector("button")?.remove();
    if (failed && !line.refusal) element.append(makeButton(TEXTS.retry, () => { scroller.focus(); onRetry(line); }));
    if (failed && atBottom) scrollToEnd();
  }

  /** Each own line stands after the last message its writer had seen: the phone's clock may be wrong, that order is not. */
  function place(item) {
    let index = items.length;
    while (index > 0 && isAfter(items[index - 1], item)) index -= 1;
    list.insertBefore(item.element, items[index]?.element ?? null);
    items.splice(index, 0, item);
  }

  function drawReplies(buttons) {
    const group = make("div", "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", TEXTS.replies);
    group.append(...buttons.map(({ title, payload }) => makeButton(title, () => onReply(title, payload))));
    return group;
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

  /** A long answer is read from its beginning. Somebody reading further up is not pulled away. */
  function reveal(element) {
    if (!atBottom) { newer.hidden = false; return; }
    scroller.scrollTop = Math.min(scroller.scrollHeight, element.offsetTop - 12);
  }

  function scrollToEnd() {
    if (items.length) scroller.scrollTop = scroller.scrollHeight;
  }

  function watchScroll() {
    atBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM;
    if (atBottom) newer.hidden = true;
  }

  scroller.addEventListener("scroll", watchScroll, { passive: true });
  newer.addEventListener("click", () => { scroller.focus(); scrollToEnd(); });
  new ResizeObserver(() => { if (atBottom) scrollToEnd(); }).observe(scroller); // the keyboard came up

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

function drawMessage(from, { text, at, case_no: caseNo }) {
  const element = make("li", `message ${from}`);
  const who = make("p", "who");
  const time = make("time", "", describeTime(at));
  time.dateTime = at;
  who.append(make("b", "", SPEAKERS[from] ?? SPEAKERS.system), " ", time);
  if (caseNo && !text.includes(caseNo)) who.append(" ", make("span", "case", `${TEXTS.caseNo} ${caseNo}`));
  element.append(who, make("p", "text", text));
  return element;
}

function describeTime(at) {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return "";
  const day = then.toLocaleDateString("zh-CN", DAY);
  const clock = then.toLocaleTimeString("zh-CN", CLOCK);
  return day === new Date().toLocaleDateString("zh-CN", DAY) ? clock : `${day} ${clock}`;
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

function makeButton(title, onClick) {
  const button = make("button", "", title);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}
