// Brings in what is new without loading the page again. Everything works without it:
// a list is replaced, a log only grows, so that a voice note that is playing plays on.
"use strict";

for (const place of document.querySelectorAll("[data-live]")) {
  const isLog = place.closest("[role=log]") !== null;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.live).catch(() => null);
    if (answer === null) return;
    if (answer.redirected || !answer.ok) return clearInterval(timer);
    const fresh = document.createElement(place.tagName);
    fresh.innerHTML = await answer.text();
    if (isLog) addNew(place, fresh);
    else if (!place.contains(document.activeElement)) place.replaceChildren(...fresh.childNodes);
  }, place.dataset.every * 1000);
}

function addNew(log, fresh) {
  const page = document.documentElement;
  const atEnd = page.scrollHeight - page.clientHeight - page.scrollTop < 80;
  for (const item of [...fresh.children]) {
    if (document.getElementById(item.id) === null) log.append(item);
  }
  if (atEnd) page.scrollTop = page.scrollHeight;
}

