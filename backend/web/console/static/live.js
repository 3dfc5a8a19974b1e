// Brings in what is new without loading the page again; everything works without it.
// A visible page has one stream of events. It says on the page when the connection is away,
// and opens it again every three seconds.
"use strict";

const AGAIN_MS = 3000;
const line = document.getElementById("line");
let source = null;
let timer = null;
let last = "";

if (line) {
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

function open() {
  if (source || document.hidden) return;
  clearTimeout(timer);
  const chat = document.querySelector("[data-chat]")?.dataset.chat;
  const query = new URLSearchParams({ after: last, ...(chat && { chat }) });
  source = new EventSource(`${line.dataset.events}?${query}`);
  source.addEventListener("open", () => say(""));
  source.addEventListener("news", (event) => {
    last = event.lastEventId;
    show(JSON.parse(event.data));
  });
  source.addEventListener("ended", () => {
    close();
    ended();
  });
  source.addEventListener("error", () => {
    close();
    say("断开，重连中");
    timer = setTimeout(open, AGAIN_MS);
  });
}

function close() {
  clearTimeout(timer);
  if (source) source.close();
  source = null;
}

function say(words) {
  if (line.textContent !== words) line.textContent = words;
}

function ended() {
  say("这一页不再更新，");
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = "请重新打开";
  line.append(link);
}

function show(news) {
  const badge = document.getElementById("waiting");
  badge.hidden = news.waiting === 0;
  badge.textContent = news.urgent ? `${news.waiting}，紧急 ${news.urgent}` : news.waiting;
  showAlarms(news.alarms);
  for (const place of document.querySelectorAll("[data-live]")) refresh(place);
}

function showAlarms(alarms) {
  const place = document.getElementById("alarms");
  const shown = alarms.map((alarm) => {
    const old = document.getElementById(`alarm-${alarm.chat}-${alarm.since}`);
    if (old) return old;
    const link = document.createElement("a");
    link.id = `alarm-${alarm.chat}-${alarm.since}`;
    link.href = `/console/conversations/${alarm.chat}#latest`;
    const hour = { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" };
    const at = new Date(alarm.since).toLocaleTimeString("zh-CN", hour);
    link.textContent = `${alarm.what}（${at}）`;
    return link;
  });
  if (shown.length !== place.children.length || shown.some((link, i) => link !== place.children[i]))
    place.replaceChildren(...shown); // what stays is not read aloud again
}

async function refresh(place) {
  const answer = await fetch(place.dataset.live).catch(() => null);
  if (answer === null || answer.status >= 500) return; // the next event brings it
  if (answer.redirected || !answer.ok) return ended();
  const fresh = document.createElement(place.tagName);
  fresh.innerHTML = await answer.text();
  if (place.closest("[role=log]")) addNew(place, fresh);
  else merge(place, fresh);
}

// Items that did not change stay, and the one with the focus too: a click or a key is not lost.
function merge(place, fresh) {
  if (place.innerHTML === fresh.innerHTML) return;
  const focus = document.activeElement;
  for (const item of fresh.querySelectorAll("li[id]")) {
    const old = document.getElementById(item.id);
    if (old && (old.outerHTML === item.outerHTML || old.contains(focus))) item.replaceWith(old);
  }
  place.replaceChildren(...fresh.childNodes);
  if (place.contains(focus)) focus.focus({ preventScroll: true });
}

// A log grows, and its items are replaced when they change; a voice note that plays, plays on.
function addNew(log, fresh) {
  const page = document.documentElement;
  const atEnd = page.scrollHeight - page.clientHeight - page.scrollTop < 80;
  for (const item of [...fresh.children]) {
    const old = document.getElementById(item.id);
    if (old === null) log.append(item);
    else if (old.outerHTML !== item.outerHTML && !old.querySelector("audio, video")) old.replaceWith(item);
  }
  if (atEnd) page.scrollTop = page.scrollHeight;
}
