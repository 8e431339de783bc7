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
