// What makes the pages quicker to use: keys, the graph, a pipeline that looks again. Everything works without it.
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Days that the page draws and lists are those of the reader's zone, from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && zone.includes("/")) document.cookie = `newswire-zone=${zone}; path=/; max-age=31536000; samesite=lax`;

// --- times that the page wrote in its own zone are shown in the reader's, in the same words

const CLOCK = { hour: "2-digit", minute: "2-digit" };
const WRITERS = { // how a time is written: its form, by what the page wrote
  clock: new Intl.DateTimeFormat("en-GB", CLOCK),
  short: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", ...CLOCK }),
  moment: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", ...CLOCK }),
};
const WRITTEN = /\d{1,2} (\p{L}+) \d{4}, \d\d:\d\d(?!:)|(?<![\d:])\d\d:\d\d(?!:)/gu;
const SHORT_MONTH = 3; // letters
const pageZone = document.body.dataset.zone;

// A moment in the reader's zone, in one of the forms that the page writes.
function written(moment, form) {
  const parts = Object.fromEntries(WRITERS[form].formatToParts(new Date(moment)).map((part) => [part.type, part.value]));
  const month = form === "short" ? parts.month?.slice(0, SHORT_MONTH) : parts.month;
  const date = [parts.day, month, parts.year].filter(Boolean).join(" ");
  return [date, `${parts.hour}:${parts.minute}`].filter(Boolean).join(", ");
}

// A text of the page with the moments in it as the reader's zone has them: the same when it is done again.
function localText(text, moments) {
  let at = 0;
  return text.replace(WRITTEN, (found, month) => {
    if (at >= moments.length) return found;
    at += 1;
    return written(moments[at - 1], month === undefined ? "clock" : month.length === SHORT_MONTH ? "short" : "moment");
  });
}

function setText(element, moments) {
  const text = localText(element.textContent, moments);
  if (text !== element.textContent) element.textContent = text;
}

// Every moment under ``root``: in texts, where a row has its date in a part of its own, and in tooltips.
function localTimes(root) {
  if (!zone || zone === pageZone) return;
  for (const time of [...(root.matches?.("time[datetime*=T]") ? [root] : []), ...all("time[datetime*=T]", root)]) {
    let inner = time;
    while (inner.childElementCount === 1 && inner.firstElementChild.textContent === inner.textContent) inner = inner.firstElementChild;
    if (!inner.childElementCount) setText(inner, [time.dateTime]);
    if (time.title) time.title = localText(time.title, [time.dateTime]);
  }
  for (const one of all("[data-titled]", root)) one.title = localText(one.title, [one.dataset.titled]);
  for (const bar of all("svg a[data-start]", root)) setText($("title", bar), [bar.dataset.start, bar.dataset.end]);
}

localTimes(document);
new MutationObserver((changes) => { // whatever scripts put into the page
  for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) localTimes(node);
}).observe(document.body, { childList: true, subtree: true });
for (const said of all(".page-zone")) if (zone) said.textContent = zone.replaceAll("_", " ");

// --- the last searches are offered again; they are kept in this browser only

const RECENT = 12;
const pastSearches = (() => { try { return JSON.parse(localStorage.getItem("newswire.searches") || "[]"); } catch { return []; } })();

function rememberSearch(words) {
  if (!words) return;
  const kept = [words, ...pastSearches.filter((one) => one !== words)].slice(0, RECENT);
  try { localStorage.setItem("newswire.searches", JSON.stringify(kept)); } catch { /* nothing may be kept */ }
}

const searchField = $("#q");
if (searchField && pastSearches.length) {
  const offered = document.createElement("datalist");
  offered.id = "recent-searches";
  for (const words of pastSearches) offered.append(Object.assign(document.createElement("option"), { value: words }));
  searchField.after(offered);
  searchField.setAttribute("list", offered.id);
}

// --- keys

const GO = { w: "/", s: "/stances", n: "/names", p: "/pipeline", d: "/desk" };
let going = 0;

function step(by) {
  const links = all(".row h3 > a");
  if (!links.length) return;
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, here + by));
  links[next].focus();
  links[next].closest(".row").scrollIntoView({ block: "nearest" });
}

// What a key does; pages add theirs.
const keys = {
  "/": () => { $("#q").focus(); $("#q").select(); },
  j: () => step(1),
  k: () => step(-1),
  u: () => goBack(),
  "?": () => $("#keys").showModal(),
};

// Back to where a reader was in the wire (`wire.js` keeps it, and finds the place again).
function goBack() {
  let was = "";
  try {
    was = sessionStorage.getItem("newswire.wire") || "";
    if (was) sessionStorage.setItem("newswire.back", "1");
  } catch { /* nothing may be kept */ }
  location.href = was || $(".to-list")?.href || "/";
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog[open]");
  if (event.key === "Escape" && typing && event.target.blur) event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (going && Date.now() - going < 1500 && GO[event.key]) { location.href = GO[event.key]; return; }
  going = event.key === "g" ? Date.now() : 0;
  if (Object.hasOwn(keys, event.key) && keys[event.key](event) !== false) event.preventDefault();
});

// --- the graph: what belongs to a name or a line stands out

const graph = $(".graph");
if (graph) {
  const lines = all(".line", graph);
  const aim = (test) => { graph.classList.toggle("aiming", Boolean(test)); for (const line of lines) line.classList.toggle("lit", Boolean(test) && test(line)); };
  for (const node of all(".node", graph)) {
    const mine = (line) => line.dataset.holder === node.dataset.name || line.dataset.target === node.dataset.name;
    for (const name of ["mouseenter", "focus"]) node.addEventListener(name, () => aim(mine));
    for (const name of ["mouseleave", "blur"]) node.addEventListener(name, () => aim(null));
  }
}

// --- the pipeline's page looks again by itself

const refreshed = $("main[data-refresh]");
if (refreshed) setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = $("main", new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (!refreshed.contains(document.activeElement) || document.activeElement === refreshed) refreshed.replaceChildren(...document.importNode(fresh, true).childNodes);
  } catch { /* the next look may succeed */ }
}, 1000 * refreshed.dataset.refresh);
