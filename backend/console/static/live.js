// Brings in what is new without loading the page again. Everything works without it:
// a list is replaced, a log only grows, so that a voice note that is playing plays on.
"use strict";

for (const place of document.querySelectorAll("[data-live]")) {
  const isLog = place.getAttribute("role") === "log";
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
  for (const item of [...fresh.children]) {
    const known = document.getElementById(item.id);
    if (known === null) log.append(item);
  }
}

for (const log of document.querySelectorAll("[role=log]")) {
  if (location.hash === "#reply") document.getElementById("reply").scrollIntoView({ block: "end" });
}
