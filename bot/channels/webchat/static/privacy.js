// The privacy notice when it has changed, and leaving a device that others use, too.

import { forgetAll } from "./store.js";
import { call, endSession } from "./transport.js";

const NOTICE = "/chat/notice";

/** A chat that was opened before the notice changed shows the new one, until it is acknowledged. */
export async function showChangedNotice(section) {
  try {
    const answer = await call(() => NOTICE);
    const { text } = answer.ok ? await answer.json() : {};
    if (!text) return;
    section.querySelector("p").textContent = text;
    section.hidden = false;
    section.querySelector("button").addEventListener("click", () => {
      section.hidden = true;
      call(() => NOTICE, { method: "POST" }).catch(() => {}); // it is shown again next time
    });
  } catch {
    // Without a connection the page says so by itself.
  }
}

/** `button` opens `dialog`; its answer "leave" ends the session and clears what the browser keeps. */
export function setUpLeaving({ button, dialog }) {
  button.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "leave") return;
    await endSession();
    forgetAll();
    location.replace("/chat/closed"); // the page does not come back by the button "back"
  });
}
