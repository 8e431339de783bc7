// Pages that stay true while they are open: stories as they come, and what becomes of those that are shown.
"use strict";

const sign = $("#live");
const stories = $("#stories");
const isWire = Boolean(sign && stories);
const waiting = new Map(); // stories that have come while their reader was further down, or away
const plainTitle = document.title;
const MOST_SEEN = 100;
const AT_TOP = 120; // pixels from the top within which stories come in by themselves
let told = false;
let paused = false;
let noticed = false;

function elementOf(html) {
  const parsed = new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html");
  return document.importNode($("li", parsed), true);
}

function shown(id) {
  return all("[data-id][data-version]").filter((one) => one.dataset.id === id);
}

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

// --- what became of a story that is shown

const CHANGED = { corrected: ["Corrected just now", "Corr. now"], updated: ["Updated just now", "Upd. now"] };

// Live rows are made for lists by arrival: one that takes another's place shows the same time, in the same form.
function showTimeOf(row, next) {
  const was = $(".row-time", row), first = $(".row-time", next), second = $(".row-other time", next);
  if (was.dataset.by === "first") { $(".row-when", next).replaceWith($(".row-when", row)); return; } // a new version changes nothing of it
  if (was.dataset.by && second) {
    [first.dateTime, second.dateTime] = [second.dateTime, first.dateTime];
    first.textContent = written(first.dateTime, "clock");
    first.title = written(first.dateTime, "moment");
    second.textContent = written(second.dateTime, "short");
    second.title = `Arrived: ${written(second.dateTime, "moment")}`;
    $(".row-which", next).textContent = "arrived";
  }
  if (was.dataset.by) first.dataset.by = was.dataset.by;
  if ($(".row-date", was)) first.replaceChildren(element("span", written(first.dateTime, "short"), "row-date"));
}

function settleRow(row, story) {
  const next = elementOf(story.html);
  showTimeOf(row, next);
  const had = row.contains(document.activeElement);
  if (story.state === "killed") { nameKilled(next, story.id); next.classList.add("gone"); }
  else {
    next.classList.add("changed");
    for (const badge of all(".badge-correction, .badge-update", next)) badge.remove(); // the one below says the same
    const [words, short] = CHANGED[story.state] || CHANGED.updated;
    const badge = element("span", "", "badge badge-changed");
    badge.title = words;
    badge.append(element("span", words, "long"), element("span", short, "short"));
    badge.lastElementChild.ariaHidden = "true";
    $("h3 > a", next).after(" ", badge);
  }
  const event = $(".row-event", row); // a row that comes live says nothing of its event
  if (event && story.state !== "killed") $(".row-end", next).prepend(event);
  row.replaceWith(next);
  if (had) $("h3 > a", next).focus({ preventScroll: true });
}

function leaveRow(row, why) {
  if (row.classList.contains("gone")) return;
  row.classList.add("gone");
  for (const part of all(".row-text, .row-was, blockquote", row)) part.remove();
  ($("h3", row) || row).append(` (${why})`);
}

function settleProof(proof, story) {
  if (story.state === "updated") return;
  if (story.state === "corrected") { $("p", proof).append(" ", element("span", CHANGED.corrected[0], "badge badge-changed")); return; }
  const said = element("p", "", "row-killed");
  said.append(element("strong", story.closing || "This story is no longer available."));
  proof.replaceChildren(said);
}

function settleStory(main, story) {
  const isPage = main.matches("main"); // else it stands beside the wire's list
  if (story.state === "killed" || story.state === "gone") {
    const killed = story.state === "killed";
    const had = main.parentElement.contains(document.activeElement);
    const alarm = element("div", "", "alarm");
    alarm.setAttribute("role", "alert");
    alarm.append(
      element(isPage ? "h1" : "h2", story.closing || "This story is no longer available. Check with the agency before you use it."),
    );
    const link = element("a", killed ? "Notice" : "Back to the wire");
    link.href = killed ? main.dataset.story : "/";
    alarm.append(link);
    const facts = killed && document.importNode($("dl", new DOMParser().parseFromString(story.facts, "text/html")), true);
    if (facts) nameKilled(facts, story.id);
    main.replaceChildren(alarm, ...(facts ? [facts] : [])); // nothing else of the story stays that could be copied
    for (const part of all(".about, .similar, .items, .story-tools", main.parentElement)) part.remove();
    for (const desk of all(".desk", main.parentElement)) endDesk(desk, killed);
    if (had && document.activeElement === document.body) main.focus({ preventScroll: true });
    if (!isPage) return;
    for (const said of all('meta[property], meta[name="description"]')) said.remove(); // its preview in chats
    document.title = killed ? story.closing.split(" ")[0] : "No longer available";
    scrollTo(0, 0);
    return;
  }
  const link = element("a", story.state === "corrected" ? "Corrected: see changes" : "Updated: see changes");
  link.href = `${main.dataset.story}?version=${story.version}#versions`;
  const box = $(".changed", main);
  box.classList.add("changed-now");
  box.replaceChildren(link);
  if (isPage) document.title = `${story.state === "corrected" ? "CORRECTED" : "UPDATED"} · ${plainTitle}`;
}

function settle(story) {
  for (const one of shown(story.id)) {
    if (one.dataset.version === story.version) continue;
    if ("story" in one.dataset) settleStory(one, story);
    else if (one.matches(".proofs li")) settleProof(one, story);
    else if (story.state === "gone") leaveRow(one, "no longer available");
    else settleRow(one, story);
    if (one.isConnected) one.dataset.version = story.version;
  }
  if (story.state === "killed" || story.state === "gone") { waiting.delete(story.id); say(); }
}

// --- stories as they come

function dayOf(story) {
  const found = all(".day", stories).find((day) => day.dataset.day === story.day);
  if (found) return found;
  const day = element("section", "", "day");
  day.dataset.day = story.day;
  day.append(element("h2", story.day), element("ol", "", "rows"));
  stories.prepend(day);
  return day;
}

function insert(story) {
  const row = elementOf(story.html);
  row.classList.add("new");
  if (!$(".row", stories)) { location.reload(); return; }
  const arrived = Number(row.dataset.arrived);
  const after = all(".row", stories).find((other) => Number(other.dataset.arrived) <= arrived);
  if (!after) return; // older than this page
  if (stories.dataset.flat || after.closest(".day").dataset.day === story.day) after.before(row);
  else $(".rows", dayOf(story)).append(row); // all that arrived on that day came later
}

function count(number) {
  return number === 1 ? "1 new story" : `${number} new stories`;
}

function say() {
  if (!isWire) return;
  const button = $("#arrived");
  button.hidden = !waiting.size;
  if (paused) show(waiting.size ? `Paused, ${waiting.size} waiting` : "Paused");
  button.textContent = `Show ${count(waiting.size)}`;
  document.title = waiting.size ? `(${waiting.size}) ${plainTitle}` : plainTitle;
  if (waiting.size) $("#said").textContent = count(waiting.size);
}

function showWaiting() {
  for (const story of [...waiting.values()].reverse()) if (!shown(story.id).length) insert(story);
  waiting.clear();
  if (stories.dataset.flat) for (const row of all(".row", stories).slice(Number(stories.dataset.flat))) row.remove();
  say();
}

// Whoever reads further down, in another tab, or by the keys, keeps their place; else stories come in by themselves.
function holding() {
  return paused || document.hidden || scrollY >= AT_TOP || Boolean($(".row :focus-visible", stories));
}

function pauseLive(on) {
  paused = on;
  $("#pause").setAttribute("aria-pressed", String(on));
  show(on ? "Paused" : "Live");
  if (on || holding()) say();
  else showWaiting();
}

// Whether a story stands in the row of its event already: in a folded list, with a report that came no earlier.
function isFolded(story) {
  if (!stories.dataset.folded) return false;
  const { event, arrived } = elementOf(story.html).dataset;
  return all(".row[data-event]", stories).some((row) => row.dataset.event === event && Number(row.dataset.arrived) >= Number(arrived));
}

function arrive(data) {
  for (const story of data.stories) {
    if (shown(story.id).length) settle(story);
    else if (!isFolded(story)) waiting.set(story.id, story);
  }
  for (const id of data.gone) {
    waiting.delete(id);
    for (const row of shown(id)) if (row.matches(".row")) leaveRow(row, "no longer in this list");
  }
  $("#total").replaceChildren(element("strong", data.total.toLocaleString("en")), data.total === 1 ? " story" : " stories");
  const number = waiting.size;
  if (!holding()) {
    showWaiting();
    if (number && told) $("#said").textContent = count(number);
  } else say();
  told = true;
}

// --- the connection

function address() {
  const url = new URL(isWire ? sign.dataset.live : "/live/stories", location.href);
  // The open story first: it need not be in the list.
  const seen = new Set([...all("#pane [data-id][data-version]"), ...all("[data-id][data-version]")]);
  for (const one of [...seen].slice(0, MOST_SEEN)) url.searchParams.append("seen", `${one.dataset.version}:${one.dataset.id}`);
  return url;
}

let events = null;
let pause = 0;
let again = 0;

function show(state) {
  if (!sign) return;
  sign.classList.toggle("live-on", state === "Live");
  $(".live-text", sign).textContent = state;
}

function connect() {
  clearTimeout(again);
  if (events || !all("[data-id][data-version]").length && !isWire) return;
  events = new EventSource(address());
  events.onopen = () => { pause = 0; show("Live"); if (paused) say(); };
  events.onerror = () => {
    disconnect();
    show("Reconnecting…");
    pause = Math.min(30000, pause ? 2 * pause : 1000);
    again = setTimeout(connect, pause);
  };
  events.addEventListener("stories", (event) => arrive(JSON.parse(event.data)));
  events.addEventListener("states", (event) => { for (const story of JSON.parse(event.data)) settle(story); });
  events.addEventListener("desk", (event) => dispatchEvent(new CustomEvent("desk", { detail: JSON.parse(event.data) })));
  events.addEventListener("notices", (event) => {
    const notices = $("#notices");
    const parsed = new DOMParser().parseFromString(`<details>${JSON.parse(event.data).html}</details>`, "text/html");
    localTimes(parsed); // before it is compared with what stands there
    nameNotices(parsed);
    dispatchEvent(new CustomEvent("notices", { detail: parsed }));
    if (!notices) return;
    const before = $("summary", notices)?.textContent;
    notices.replaceChildren(...document.importNode($("details", parsed), true).childNodes);
    const now = $("summary", notices)?.textContent;
    if (now && before !== now && noticed) { notices.open = true; $("#said").textContent = now; }
    noticed = true;
  });
}

function disconnect() {
  clearTimeout(again);
  if (events) events.close();
  events = null;
}

// A story that was opened beside the list is watched too, if it is none of those that are.
function watchAlso(id) {
  if (!events || new URL(events.url).searchParams.getAll("seen").some((one) => one.endsWith(`:${id}`))) return;
  disconnect();
  connect();
}

connect();
if (isWire) {
  $("#arrived").addEventListener("click", () => { scrollTo(0, 0); showWaiting(); });
  $("#pause").hidden = false;
  $("#pause").addEventListener("click", () => pauseLive(!paused));
}
document.addEventListener("visibilitychange", () => {
  // Browsers keep few connections to one site: a page that nobody looks at needs none, but for the wire's count.
  if (isWire) { if (!holding()) showWaiting(); }
  else if (document.hidden) disconnect();
  else connect();
});
addEventListener("pagehide", disconnect);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
