// Which part of the conversation is on the screen.

const NEAR_BOTTOM = 80;
const MARGIN = 12;
const NEXT_ROW = 20; // the upper edge of the next button shows that there are more

/** `newest` gives the last message on the page. */
export function createScrolling({ scroller, newer, newest }) {
  let atBottom = true;
  let isAway = false; // the resident has moved from where the page last put them
  let putAt = 0;

  function moveTo(top) {
    scroller.scrollTop = top;
    putAt = scroller.scrollTop;
    isAway = false;
  }

  function toEnd() {
    newer.hidden = true;
    if (newest()) moveTo(scroller.scrollHeight);
  }

  /** The whole message; else from its beginning, or as much above its first button as fits. */
  function reveal(element) {
    newer.hidden = true;
    const top = element.offsetTop - MARGIN;
    const fits = element.offsetHeight + 2 * MARGIN <= scroller.clientHeight;
    if (fits) moveTo(element.offsetTop + element.offsetHeight + MARGIN - scroller.clientHeight);
    else moveTo(Math.max(top, bottomOfFirstButton(element) - scroller.clientHeight));
  }

  function bottomOfFirstButton(element) {
    const [first, next] = openButtons(element);
    if (!first) return 0;
    const below = first.getBoundingClientRect().bottom - element.getBoundingClientRect().top;
    return element.offsetTop + below + (next ? NEXT_ROW : MARGIN);
  }

  /** A question is shown with its first button. Somebody reading further up is not pulled away. */
  function arrive(elements) {
    const question = elements.filter((element) => openButtons(element).length).pop();
    if (question && (atBottom || !isAway)) reveal(question);
    else if (atBottom) reveal(elements[0]);
    else newer.hidden = false;
  }

  /** To the question that waits for an answer, or to the end. */
  function settle() {
    const last = newest();
    if (last && openButtons(last).length) reveal(last);
    else toEnd();
  }

  function watchScroll() {
    atBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM;
    if (atBottom) newer.hidden = true;
    if (Math.abs(scroller.scrollTop - putAt) > 2) isAway = !atBottom;
  }

  /** The keyboard came up, or the type has become larger. */
  function watchSize() {
    const last = newest();
    if (atBottom || (!isAway && last && openButtons(last).length)) settle();
  }

  scroller.addEventListener("scroll", watchScroll, { passive: true });
  newer.addEventListener("click", () => { scroller.focus(); settle(); });
  new ResizeObserver(watchSize).observe(scroller);

  return { arrive, settle, toEnd, get atBottom() { return atBottom; } };
}

function openButtons(element) {
  return element.querySelectorAll(".choices button:not(:disabled)");
}
