// Kills in the ticker: each in a panel that stays until somebody has read it, also when the window is opened again.
"use strict";

const READ = "newswire.kills";
const MOST_READ = 500;
const panel = $("#kills");
const list = $("ol", panel);

function keptRead() {
  try { return JSON.parse(localStorage.getItem(READ)); } catch { return null; }
}

function keep(read) {
  try { localStorage.setItem(READ, JSON.stringify(read.slice(-MOST_READ))); } catch { /* nothing may be kept */ }
}

let read = keptRead();

function leave(kill) {
  read = [...(read || []), kill.dataset.notice];
  keep(read);
  kill.remove();
  panel.hidden = !list.childElementCount;
}

addEventListener("notices", (event) => {
  const kills = all(".notice-kill", event.detail);
  if (read === null) { // what was killed before a reader's first ticker is no news
    read = kills.map((one) => one.dataset.notice);
    keep(read);
  }
  for (const one of kills.reverse()) {
    if (read.includes(one.dataset.notice) || all(".notice", list).some((shown) => shown.dataset.notice === one.dataset.notice)) continue;
    const kill = document.importNode(one, true);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Read";
    button.addEventListener("click", () => leave(kill));
    kill.append(button);
    list.prepend(kill);
  }
  panel.hidden = !list.childElementCount;
});
