// What makes the pages quicker to use: keys, live stories, stances pointed at. Everything works without it.
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- keys

const GO = { w: "/", s: "/stances", n: "/names", p: "/pipeline" };
let going = 0;

function step(by) {
  const links = all(".row h3 a");
  if (!links.length) return;
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, here + by));
  links[next].focus();
  links[next].closest(".row").scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog[open]");
  if (event.key === "Escape" && typing && event.target.blur) event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (going && Date.now() - going < 1500 && GO[event.key]) { location.href = GO[event.key]; return; }
  going = event.key === "g" ? Date.now() : 0;
  if (event.key === "/") { event.preventDefault(); $("#q").focus(); $("#q").select(); }
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "u") location.href = "/";
  else if (event.key === "?") $("#keys").showModal();
});

// --- filters start folded where there is little room

const fold = $(".filters-fold");
if (fold && matchMedia("(max-width: 820px)").matches) fold.removeAttribute("open");

// --- live stories

const sign = $("#live");
const stories = $("#stories");
const waiting = new Map();

function elementOf(story) {
  const parsed = new DOMParser().parseFromString(`<ol>${story.html}</ol>`, "text/html");
  return document.importNode($("li", parsed), true);
}

function rowOf(id) {
  return all(".row", stories).find((row) => row.dataset.id === id);
}

function insert(story, fresh) {
  const row = elementOf(story);
  const old = rowOf(story.id);
  if (old) {
    if (old.dataset.version === story.version) return false;
    old.remove();
  }
  if (fresh) row.classList.add("new");
  const after = all(".row", stories).find((other) => other.dataset.time <= row.dataset.time);
  if (after) after.before(row);
  else if (!$(".row", stories)) { location.reload(); return true; }
  else return false; // older than this page
  return true;
}

function say() {
  const button = $("#arrived");
  button.hidden = !waiting.size;
  button.textContent = waiting.size === 1 ? "Show 1 new story" : `Show ${waiting.size} new stories`;
  if (waiting.size) $("#said").textContent = waiting.size === 1 ? "1 new story" : `${waiting.size} new stories`;
}

function showWaiting() {
  for (const story of [...waiting.values()].reverse()) insert(story, true);
  waiting.clear();
  say();
}

function arrive(data) {
  const known = new Map(all(".row", stories).map((row) => [row.dataset.id, row.dataset.version]));
  for (const story of data.stories) if (known.get(story.id) !== story.version) waiting.set(story.id, story);
  for (const id of data.gone) {
    waiting.delete(id);
    const row = rowOf(id);
    if (row) { row.classList.add("gone"); $("h3", row).append(" (no longer on the wire)"); }
  }
  const total = $("#total strong");
  if (total) total.textContent = data.total.toLocaleString("en");
  // Whoever reads further down keeps their place; at the top stories come in by themselves.
  const count = waiting.size;
  if (scrollY < 120) {
    showWaiting();
    if (count && live.told) $("#said").textContent = count === 1 ? "1 new story" : `${count} new stories`;
  } else say();
  live.told = true;
}

const live = { told: false };
if (sign && stories && "insert" in sign.dataset) {
  const text = $(".live-text", sign);
  const events = new EventSource(sign.dataset.live);
  events.onopen = () => { sign.classList.add("live-on"); text.textContent = "live"; };
  events.onerror = () => { sign.classList.remove("live-on"); text.textContent = "connecting again"; };
  events.addEventListener("stories", (event) => arrive(JSON.parse(event.data)));
  $("#arrived").addEventListener("click", () => { scrollTo(0, 0); showWaiting(); });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
} else if (sign) sign.remove();

// --- a stance that is pointed at shows what proves it

function point(number) {
  for (const part of all("[data-stances]")) {
    const roles = number === null ? [] : part.dataset.stances.split(" ");
    part.classList.toggle("proving", roles.includes(`e${number}`));
    part.classList.toggle("naming", roles.includes(`h${number}`) || roles.includes(`t${number}`));
  }
}

for (const claim of all("[data-stance]")) {
  const number = claim.dataset.stance;
  claim.addEventListener("mouseenter", () => point(number));
  claim.addEventListener("focusin", () => point(number));
  claim.addEventListener("mouseleave", () => point(null));
  claim.addEventListener("click", (event) => { if (!event.target.closest("a")) show(claim); });
  claim.addEventListener("focusout", () => point(null));
}

function show(claim) {
  const proof = $(".proving");
  if (proof) proof.scrollIntoView({ block: "center" });
  if (getComputedStyle($(".about")).position === "sticky") claim.scrollIntoView({ block: "nearest" });
}

function pointed() {
  const claim = location.hash.startsWith("#stance-") && document.getElementById(location.hash.slice(1));
  if (claim) { point(claim.dataset.stance); show(claim); }
}
addEventListener("hashchange", pointed);
addEventListener("load", () => setTimeout(pointed)); // after the browser has gone to the anchor

const bare = $("#bare");
if (bare) bare.addEventListener("click", () => {
  const on = $("#text").classList.toggle("plainly");
  bare.setAttribute("aria-pressed", String(on));
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
