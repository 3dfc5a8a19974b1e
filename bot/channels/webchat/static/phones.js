// Phone numbers in the bot's texts become links: in danger one tap must do.

import { make } from "./elements.js";

const SMS_NUMBERS = ["12110"];

// Old Safari knows no lookbehind, so the character before a number is matched too.
const NUMBER = new RegExp(
  "(^|[^\\w./-])" +
  "(0\\d{2,3}[- ]?\\d{5,8}|400-?\\d{3}-?\\d{4}|12[0-9]{3}|9[56]\\d{3,4}|1(?:10|19|20|22))" +
  "(?![\\w/-])(?!\\.\\d)(?! ?[路号室元米分平块栋幢弄次年月日天周人个户度千万斤吨伏层楼单岁条件页项多%％])(?!民呼)",
  "g",
);
// The read-back repeats the resident's own words: 文三路120 is a house there, not an ambulance.
const RESIDENTS_WORDS = /^(事情|地点|时间|希望)[：:]/;

/** The nodes of `text`, its phone numbers as links. */
export function linkPhones(text) {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const nodes = RESIDENTS_WORDS.test(line) ? [line] : linkLine(line);
    return index < lines.length - 1 ? [...nodes, "\n"] : nodes;
  });
}

function linkLine(line) {
  const nodes = [];
  let end = 0;
  for (const match of line.matchAll(NUMBER)) {
    const start = match.index + match[1].length;
    nodes.push(line.slice(end, start));
    end = start + match[2].length;
    const mark = /^[，。、；：！？）]?/.exec(line.slice(end))[0];
    nodes.push(makeLink(match[2], mark));
    end += mark.length;
  }
  return [...nodes, line.slice(end)];
}

/** The link with the mark that follows it: no line begins with a comma. */
function makeLink(shown, mark) {
  const link = make("a", "phone", shown);
  const number = shown.replace(/\D/g, "");
  link.href = `${SMS_NUMBERS.includes(number) ? "sms" : "tel"}:${number}`;
  const both = make("span", "unbroken");
  both.append(link, mark);
  return both;
}
