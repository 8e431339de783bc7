// What others do with the stories that a page shows, as it happens. Without it a page shows how things stood.
"use strict";

addEventListener("desk", (event) => {
  for (const story of event.detail) {
    for (const place of all("[data-desk]").filter((one) => one.dataset.desk === story.id)) {
      const parsed = new DOMParser().parseFromString(story.html, "text/html");
      place.replaceChildren(...document.importNode(parsed.body, true).childNodes);
      const claiming = $(".desk-claiming", place.closest(".desk") || place);
      if (claiming && claiming.dataset.claimed !== story.claim) renew(claiming, story);
    }
  }
});

// Somebody was faster, took it over or gave it back: the button says what can be done now.
async function renew(claiming, story) {
  claiming.dataset.claimed = story.claim;
  for (const form of all("form", claiming)) form.hidden = true; // what cannot be done any more is not offered meanwhile
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer || !answer.ok) return;
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const status = all("[data-desk]", parsed).find((one) => one.dataset.desk === story.id && one.closest(".desk"));
  const next = status && $(".desk-claiming", status.closest(".desk"));
  if (next && claiming.isConnected) claiming.replaceWith(document.importNode(next, true));
}

// --- what a reader does with a story changes its own lines only: the list keeps its place, and the keys theirs

const GONE = 410; // the page of a killed story, which has a desk too
const REFUSED = "This could not be kept. Open the page again, and try once more.";

async function keep(form, submitter) {
  const desk = form.closest(".desk");
  const fields = new URLSearchParams(new FormData(form, submitter));
  const story = $("[data-desk]", desk).dataset.desk;
  if (desk.closest("#pane")) fields.set("back", `/pane/${encodeURIComponent(story)}${location.search}`);
  const at = all(".desk-buttons > *", desk).findIndex((one) => one.contains(form));
  desk.setAttribute("aria-busy", "true");
  const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
  desk.removeAttribute("aria-busy");
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = answer && (answer.ok || answer.status === GONE) && $(".desk", page);
  if (!desk.isConnected) return;
  if (!next) { complain(desk, (page && $(".trouble", page)?.textContent) || REFUSED); return; }
  const shown = document.importNode(next, true);
  keepDrafts(desk, form);
  desk.replaceWith(shown);
  const place = all(".desk-buttons > *", shown)[at] || shown;
  $("button, summary", place)?.focus({ preventScroll: true });
  putDrafts(shown);
}

function complain(place, words) {
  const said = $(".desk-refused", place) || place.appendChild(Object.assign(document.createElement("p"), { className: "trouble desk-refused" }));
  said.setAttribute("role", "alert");
  said.textContent = words;
}

addEventListener("submit", (event) => {
  if (!event.target.closest(".desk")) return;
  event.preventDefault();
  keep(event.target, event.submitter);
});

// --- keys

function unfold(fold) {
  if (!fold) return;
  fold.open = true;
  $("select, input:not([type=hidden]), textarea", fold)?.focus();
}

const foldOf = (action) => $(`.desk-fold:has(form[action="/desk/story/${action}"])`);

Object.assign(keys, {
  t: () => {
    const button = $(".desk-claiming form:not([hidden]) button");
    if (button?.closest("form").action.endsWith("/take-over")) button.focus(); // not by one key alone
    else button?.click();
  },
  s: () => unfold(foldOf("put")),
  n: () => unfold(foldOf("note")),
  S: () => unfold($(".desk-save")),
});
