// What this page called a story before it was killed. Without a slugline nobody could tell else which story it was.
"use strict";

const calledBefore = new Map(); // headlines, by the ids of their stories
const killNoticed = (notice) => notice.dataset.notice.split(" ")[0];

function struck(words) {
  return Object.assign(document.createElement("del"), { dir: "auto", textContent: words });
}

// The headline that the page shows of a story, or has shown until it was killed.
function headlineBefore(id) {
  const shows = all("[data-id][data-version]").find((one) => one.dataset.id === id && !one.matches(".row-kill"));
  const words = shows && $(".headline, h3 > a", shows)?.textContent.trim();
  if (words && !calledBefore.has(id)) calledBefore.set(id, words);
  return calledBefore.get(id) || "";
}

// A killed story's row or notice that has no name gets the one that its reader knows.
function nameKilled(part, id) {
  const words = headlineBefore(id);
  const link = $("h3 > a.unnamed", part);
  if (!words) return;
  if (link) { link.classList.remove("unnamed"); link.replaceChildren(struck(words)); }
  if (part.matches(".notice.unnamed")) {
    part.classList.remove("unnamed");
    const said = document.createElement("p");
    said.append(struck(words));
    $("p", part).after(said);
  }
}

function nameNotices(panel) {
  for (const notice of all(".notice-kill", panel)) nameKilled(notice, killNoticed(notice));
}

for (const notice of all(".notice-kill")) { // what the server has found on the reader's desk
  const words = $("del", notice)?.textContent;
  if (words) calledBefore.set(killNoticed(notice), words);
}
