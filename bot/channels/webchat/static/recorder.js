// A voice is recorded on the page: one tap begins, one tap sends. Without a microphone a file can be chosen.

import { TEXTS } from "./texts.js";

const LONGEST_SECONDS = 60; // as much as is listened to
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export function setUpVoice(outbox, onNotice) {
  const button = document.getElementById("voice");
  const label = button.querySelector("span");
  const cancel = document.getElementById("voice-cancel");
  const input = document.getElementById("voice-file");
  let canRecord = Boolean(window.MediaRecorder && navigator.mediaDevices?.getUserMedia);
  let recording = null;

  function show(isRecording) {
    button.classList.toggle("recording", isRecording);
    label.textContent = isRecording ? TEXTS.stopRecording : TEXTS.record;
    cancel.hidden = !isRecording;
  }

  async function begin() {
    button.disabled = true; // until the resident has said whether we may listen
    try {
      recording = await record((seconds) => onNotice(TEXTS.recording(seconds)), end);
      show(true);
    } catch {
      canRecord = false; // from now on a file is asked for
      onNotice(TEXTS.noMicrophone);
    } finally {
      button.disabled = false;
      button.focus();
    }
  }

  async function end({ isWanted = true } = {}) {
    if (!recording) return;
    const ended = recording;
    recording = null;
    const { file, seconds } = await ended.stop();
    show(false);
    onNotice("");
    if (isWanted && file.size) outbox.attach(file, seconds);
  }

  button.addEventListener("click", () => {
    if (recording) end();
    else if (canRecord) begin();
    else input.click();
  });
  cancel.addEventListener("click", () => { end({ isWanted: false }); button.focus(); });
}

/** Begin to record; `onFull` is called when nothing more would be listened to. */
async function record(onSecond, onFull) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
  const pieces = [];
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  recorder.start();
  const started = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    onSecond(seconds);
    if (seconds >= LONGEST_SECONDS) onFull();
  }, 1000);
  onSecond(0);

  async function stop() {
    clearInterval(timer);
    const seconds = Math.max(1, Math.round((Date.now() - started) / 1000));
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    if (recorder.state !== "inactive") {
      recorder.stop();
      await stopped;
    }
    stream.getTracks().forEach((track) => track.stop()); // the phone shows that nobody listens any more
    const kind = recorder.mimeType.split(";")[0];
    return { file: new File(pieces, "voice", { type: kind }), seconds };
  }

  return { stop };
}
