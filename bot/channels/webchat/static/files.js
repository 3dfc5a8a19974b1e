// What the resident has sent, shown on the page for as long as it is open.

import { make, makeButton } from "./elements.js";
import { TEXTS } from "./texts.js";

/** A small picture, or a button to play; `label` where the browser cannot show the file. */
export function drawFile(file, label) {
  const address = URL.createObjectURL(file);
  const kind = file.type.split("/")[0];
  if (kind === "image") return drawPicture(address, label);
  if (kind === "video") return drawVideo(address, label);
  const box = drawBox(make("p", "text", label));
  if (kind === "audio") addPlayer(box, new Audio(address), TEXTS.listen);
  return box;
}

function drawBox(...parts) {
  const box = make("div", "file");
  box.append(...parts);
  return box;
}

function drawPicture(address, label) {
  const picture = make("img", "preview");
  picture.alt = TEXTS.myPhoto;
  picture.addEventListener("error", () => picture.replaceWith(make("p", "text", label)));
  picture.src = address;
  return drawBox(picture);
}

function drawVideo(address, label) {
  const video = make("video", "preview");
  video.setAttribute("aria-label", TEXTS.myVideo);
  video.playsInline = true;
  video.preload = "metadata";
  const box = drawBox(video);
  video.addEventListener("error", () => video.replaceWith(make("p", "text", label)));
  video.src = `${address}#t=0.1`; // Safari shows no first frame otherwise
  addPlayer(box, video, TEXTS.watch);
  return box;
}

function addPlayer(box, media, title) {
  const button = makeButton(title, () => {
    if (media.paused) media.play().catch(() => button.remove());
    else media.pause();
  });
  media.addEventListener("play", () => { button.textContent = TEXTS.stop; });
  for (const event of ["pause", "ended"]) media.addEventListener(event, () => { button.textContent = title; });
  media.addEventListener("error", () => button.remove());
  box.append(button);
}
