// Small parts of the page.

export function make(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

export function makeButton(title, onClick) {
  const button = make("button", "", title);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}
