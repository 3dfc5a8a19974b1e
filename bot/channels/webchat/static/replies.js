// The buttons under a question.

import { make, makeButton } from "./elements.js";
import { LEADING_REPLIES, TEXTS } from "./texts.js";

const LONGEST_HALF = 6; // characters; a longer title takes a row of its own

export function drawReplies({ text, buttons }, onReply) {
  const group = make("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", TEXTS.replies);
  const numbered = tellsNumbers(text, buttons);
  group.append(...buttons.map(({ title, payload }, index) => {
    const button = makeButton(numbered ? `${index + 1} ${title}` : title, () => onReply(title, payload));
    if (index === 0 && LEADING_REPLIES.includes(title)) button.className = "primary";
    if (title.length > LONGEST_HALF) button.classList.add("long");
    return button;
  }));
  return group;
}

/** `text` without the lines that only repeat the buttons: `回 1 对，就这样报`, `1. 西湖区`. */
export function withoutChoices(text, buttons) {
  if (!buttons?.length) return text;
  const lines = text.split("\n");
  const repeats = buttons.map(({ title }, index) => [`回 ${index + 1} ${title}`, `${index + 1}. ${title}`]);
  if (!repeats.every((forms) => forms.some((form) => lines.includes(form)))) return text;
  return lines.filter((line) => !repeats.some((forms) => forms.includes(line))).join("\n").trim();
}

/** Whether `text` says which number is which; the server's `tells_numbers`. */
function tellsNumbers(text, buttons) {
  return buttons.every((_, index) => new RegExp(`回 ${index + 1}(?!\\d)|(^|\\n)${index + 1}\\. `).test(text));
}
