// What this page called a story before it was killed. Many stories share a slugline, so nobody could tell else which.
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

// A killed story's row, notice or facts that have no headline get the one that their reader knows.
function nameKilled(part, id) {
  const words = headlineBefore(id);
  const link = $("h3 > a.unnamed", part);
  if (!words) return;
  if (link) {
    const slugline = $(".slugline", link);
    if (slugline) $(".row-slug", part).append(slugline);
    link.classList.remove("unnamed");
    link.replaceChildren(struck(words));
  }
  if (part.matches(".facts.unnamed")) {
    const fact = document.createElement("div");
    const said = Object.assign(document.createElement("dd"), { dir: "auto" });
    said.append(struck(words));
    fact.append(Object.assign(document.createElement("dt"), { textContent: "Headline" }), said);
    part.prepend(fact);
  }
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
