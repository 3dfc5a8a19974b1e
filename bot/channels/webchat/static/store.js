// What this phone remembers. A browser that forbids storage still gets a page that works until it is closed.

const PREFIX = "minhu.chat.";
const inMemory = new Map();

export function recall(name, otherwise = null) {
  try {
    const kept = localStorage.getItem(PREFIX + name);
    if (kept !== null) return JSON.parse(kept);
  } catch {
    // Storage is forbidden, or somebody has changed it by hand.
  }
  return inMemory.has(name) ? inMemory.get(name) : otherwise;
}

/** Everything of this page; other pages of the city keep theirs. */
export function forgetAll() {
  inMemory.clear();
  try {
    Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).forEach((name) => localStorage.removeItem(name));
  } catch {
    // Storage is forbidden: nothing was kept.
  }
}

export function remember(name, value) {
  inMemory.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden; the copy in memory serves.
  }
}
