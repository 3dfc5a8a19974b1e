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

export function remember(name, value) {
  inMemory.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden; the copy in memory serves.
  }
}
