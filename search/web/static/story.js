// A story that is shown, on its own page or beside the list: what its positions rest on, its layers, copying.
"use strict";

function point(number) {
  for (const part of all("[data-stances]")) {
    const roles = number === null ? [] : part.dataset.stances.split(" ");
    part.classList.toggle("proving", roles.includes(`e${number}`));
    part.classList.toggle("naming", roles.includes(`h${number}`) || roles.includes(`t${number}`));
  }
}

function showProof(claim) {
  const proof = $(".proving");
  if (proof) proof.scrollIntoView({ block: "center" });
  const about = $(".about");
  if (about && getComputedStyle(about).position === "sticky") claim.scrollIntoView({ block: "nearest" });
}

// A position pointed at brings its proof into view, where text and positions stand side by side.
let due;
function soonToProof() {
  clearTimeout(due);
  due = setTimeout(() => {
    const proof = $(".proving"), about = $(".about");
    if (!proof || !about || getComputedStyle(about).position !== "sticky") return;
    const { top, bottom } = proof.getBoundingClientRect();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (top < 70 || bottom > innerHeight) proof.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }, 200);
}

// Whoever puts a story on the page calls this with the element that it is in.
function storyShown(root) {
  for (const claim of all("[data-stance]", root)) {
    const number = claim.dataset.stance;
    claim.addEventListener("mouseenter", () => { point(number); soonToProof(); });
    claim.addEventListener("focusin", () => { point(number); soonToProof(); });
    claim.addEventListener("mouseleave", () => { point(null); clearTimeout(due); });
    claim.addEventListener("click", (event) => { if (!event.target.closest("a, .wrong")) showProof(claim); });
    claim.addEventListener("focusout", () => point(null));
  }
  showLayers(wantedLayers());
  for (const choice of all("[data-layer]", root)) {
    choice.setAttribute("role", "button");
    choice.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const now = shownLayers();
      showLayers(LAYERS.filter((one) => now.includes(one) !== (one === choice.dataset.layer)));
      remember(shownLayers());
    });
    choice.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); choice.click(); } });
  }
  const copy = $("[data-copy]", root), print = $("[data-print]", root);
  if (!copy) return;
  copy.hidden = print.hidden = false;
  print.addEventListener("click", () => window.print());
  copy.addEventListener("click", () => copyStory(copy.dataset.copy, $(".copied", root)));
}

// --- what is shown in the text: names, tone, positions; remembered, and in the address of a story's own page

const LAYERS = ["names", "tone", "positions"];
const REMEMBERED = "newswire-show";

function remember(layers) {
  try { localStorage.setItem(REMEMBERED, layers.join(",")); } catch { /* they are only shown now */ }
}

function layersHost() { return $("[data-show]") || document.body; }

function shownLayers() { return LAYERS.filter((layer) => layersHost().classList.contains(`show-${layer}`)); }

function wantedLayers() {
  let kept = "";
  try { kept = localStorage.getItem(REMEMBERED) || ""; } catch { /* nothing is remembered */ }
  const asked = new URL(location.href).searchParams.get("show") ?? kept;
  return LAYERS.filter((layer) => asked.split(",").includes(layer));
}

function showLayers(layers) {
  for (const layer of LAYERS) layersHost().classList.toggle(`show-${layer}`, layers.includes(layer));
  for (const choice of all("[data-layer]")) {
    const on = layers.includes(choice.dataset.layer);
    choice.setAttribute("aria-pressed", String(on));
    choice.removeAttribute("aria-current");
  }
  for (const name of all(".story .entity")) { // those that nobody sees are no links, and no stops of the Tab key
    const [from, to] = layers.includes("names") ? ["data-href", "href"] : ["href", "data-href"];
    if (name.hasAttribute(from)) { name.setAttribute(to, name.getAttribute(from)); name.removeAttribute(from); }
  }
  if (!$("[data-show]")) return;
  const here = new URL(location.href);
  if (layers.length) here.searchParams.set("show", layers.join(",")); else here.searchParams.delete("show");
  history.replaceState(history.state, "", here);
}

// --- from the text to the positions, and back

keys.e = () => {
  const positions = $("#positions");
  if (!positions) return false;
  const back = positions.contains(document.activeElement) && $("#text");
  (back || $("[data-stance]", positions) || positions).focus();
};

// --- a story is copied with its credit

async function copyStory(address, told) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    await toClipboard(await answer.text());
    told.textContent = "Copied with its credit";
  } catch { told.textContent = "Could not be copied. Download the text instead."; }
}

async function toClipboard(text) {
  if (navigator.clipboard) { await navigator.clipboard.writeText(text); return; }
  const box = document.createElement("textarea"); // without TLS a browser lends no clipboard
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("refused");
}

function pointed() {
  const claim = location.hash.startsWith("#stance-") && document.getElementById(location.hash.slice(1));
  if (claim) { point(claim.dataset.stance); showProof(claim); }
}

// --- keys of the list that a story's own page was opened from

const goes = { j: $(".beside [rel=next]"), k: $(".beside [rel=prev]"), c: $("[data-copy]") };
addEventListener("keydown", (event) => {
  const typing = event.target.closest && event.target.closest("input, textarea, select, dialog[open]");
  const to = goes[event.key];
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !to || !to.isConnected) return;
  event.stopPropagation();
  to.click();
}, { capture: true });

storyShown(document);
addEventListener("hashchange", pointed);
addEventListener("load", () => setTimeout(pointed)); // after the browser has gone to the anchor

// Similar stories are looked for once the story is shown; without this, a link leads to them.
const toSimilar = $(".to-similar");
if (toSimilar) {
  fetch(toSimilar.href, { headers: { Accept: "text/html" } }).then(async (answer) => {
    if (!answer.ok) return;
    const rows = $(".rows", new DOMParser().parseFromString(await answer.text(), "text/html"));
    const place = toSimilar.closest(".similar");
    if (rows) toSimilar.parentElement.replaceWith(document.importNode(rows, true));
    else if (place) place.remove();
  }).catch(() => null); // the link stays
}
