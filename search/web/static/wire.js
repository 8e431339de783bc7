// The wire to work at: a story beside the list, keys, what was read, times as people say them, the histogram.
"use strict";
{
  const frame = $(".wire");
  const list = $("#stories");
  const pane = $("#pane");
  const body = $("#pane-body");
  const MOST_READ = 3000;
  const DRAGGED = 6; // pixels from which on a press is a stretch of time
  let asking = null; // the fetch of the story that is to be opened

  const stored = (store, name) => { try { return store.getItem(name); } catch { return null; } };
  const store = (where, name, value) => { try { where.setItem(name, value); } catch { /* nothing may be kept */ } };
  const links = () => all(".row h3 > a", list);
  const rowOf = (id) => all(".row", list).find((row) => row.dataset.id === id);
  const openId = () => new URL(location.href).searchParams.get("open") || "";

  function addressWith(id) {
    const url = new URL(location.href);
    url.hash = "";
    if (id) url.searchParams.set("open", id);
    else url.searchParams.delete("open");
    return url;
  }

  // --- what was read stays quiet, until there is a newer version

  const read = new Set(JSON.parse(stored(localStorage, "newswire.read") || "[]"));
  const markOf = (row) => `${row.dataset.version}:${row.dataset.id}`;

  function markRead(row) {
    read.delete(markOf(row));
    read.add(markOf(row));
    row.classList.add("row-read");
    store(localStorage, "newswire.read", JSON.stringify([...read].slice(-MOST_READ)));
  }

  // --- times: how long ago, the moment itself on hover, in the reader's own zone

  const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
  const dated = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const AHEAD = 5; // minutes by which clocks may differ; what is dated later has its date
  const comparable = (day) => day.replaceAll(",", "");

  function say(time) {
    const moment = new Date(time.dateTime);
    const minutes = Math.floor((Date.now() - moment) / 60000);
    const ago = minutes >= -AHEAD && minutes < 60;
    const day = time.closest("[data-day]")?.dataset.day; // of the page's zone, which may have another day by then
    const other = day && comparable(dated.format(moment)) !== day;
    time.textContent = ago ? minutes < 1 ? "now" : `${minutes} min` : `${other ? `${weekday.format(moment)} ` : ""}${clock.format(moment)}`;
    time.title = `${time.dataset.by ? "Agency time: " : ""}${exact.format(moment)}`;
  }

  function dress(row) {
    if (read.has(markOf(row))) row.classList.add("row-read");
    for (const time of all(".row-time", row)) if (!$(".row-date", time)) say(time);
    if (pane) row.classList.toggle("row-open", row.dataset.id === openId());
  }

  all(".row", list).forEach(dress);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      if (node.matches?.(".row")) dress(node);
      else if (node.nodeType === Node.ELEMENT_NODE) all(".row", node).forEach(dress);
    }
  }).observe(list, { childList: true, subtree: true });
  setInterval(() => { if (!document.hidden) all(".row", list).forEach(dress); }, 30000);

  // --- a story beside the list

  function showPane(id) {
    if (!id) keepDrafts(body);
    frame.classList.toggle("has-story", Boolean(id));
    $("#pane-bar").hidden = !id;
    $(".pane-hint").hidden = Boolean(id);
    for (const row of all(".row", list)) row.classList.toggle("row-open", Boolean(id) && row.dataset.id === id);
    if (!id) { body.replaceChildren(); return; }
    const here = links().findIndex((link) => link.closest(".row").dataset.id === id);
    for (const [name, link] of [["before", here > 0 && links()[here - 1]], ["after", here >= 0 && links()[here + 1]]]) {
      const button = $(`#pane-${name}`);
      button.hidden = !link;
      if (link) button.href = addressWith(link.closest(".row").dataset.id);
    }
    $("#pane-page").href = $("h3 > a", rowOf(id) || document.createElement("p"))?.href || `/story/${encodeURIComponent(id)}`;
    $("#pane-close").href = addressWith("");
  }

  async function load(id) {
    asking?.abort();
    asking = new AbortController();
    const mine = asking;
    showPane(id);
    pane.setAttribute("aria-busy", "true");
    let html = "";
    try {
      const answer = await fetch(`/pane/${encodeURIComponent(id)}${location.search}`, { signal: mine.signal });
      if (![200, 404, 410].includes(answer.status)) throw new Error(String(answer.status));
      html = await answer.text();
    } catch (error) {
      if (error.name === "AbortError") return;
      html = '<p class="trouble">The story could not be loaded. <a id="pane-again">Try again</a></p>';
    }
    if (mine !== asking) return;
    fill(html);
    pane.removeAttribute("aria-busy");
    const again = $("#pane-again", body);
    if (again) again.href = addressWith(id);
    pane.scrollTop = 0;
    arrived(id);
    return body;
  }

  function fill(html) {
    keepDrafts(body);
    body.replaceChildren(...document.importNode(new DOMParser().parseFromString(html, "text/html").body, true).childNodes);
    storyShown(body);
    putDrafts(body);
  }

  // A correction of the open story changes what stands in the pane: the list keeps its place, and so does its reader.
  async function correct(form, button) {
    const fields = new URLSearchParams(new FormData(form, button));
    const story = fields.get("story");
    const places = () => all(".wrong > summary, .corrected button", body);
    const at = places().indexOf($("summary", button.closest(".wrong") || form) || button);
    fields.set("back", `/pane/${encodeURIComponent(story)}${location.search}`);
    const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
    const html = answer ? await answer.text() : "";
    if (!form.isConnected) return; // another story is open
    if (!answer || !new URL(answer.url).pathname.startsWith("/pane/")) {
      const said = $(".trouble", new DOMParser().parseFromString(html, "text/html"));
      complain(button.parentElement, said?.textContent || REFUSED);
      return;
    }
    const top = pane.scrollTop;
    fill(html);
    pane.scrollTop = top;
    (places()[Math.min(at, places().length - 1)] || pane).focus({ preventScroll: true });
    $("#said").textContent = "The correction is kept";
  }

  // A story stands in the pane.
  function arrived(id) {
    const row = rowOf(id);
    if (row) markRead(row);
    $("#said").textContent = $(".headline", body)?.textContent || "";
    if (getComputedStyle(pane).position === "fixed") pane.focus({ preventScroll: true });
    if (typeof watchAlso === "function") watchAlso(id);
    document.dispatchEvent(new CustomEvent("story:opened", { detail: { id, version: $("[data-version]", body)?.dataset.version } }));
  }

  function open(id) {
    if (id === openId()) { pane.focus({ preventScroll: true }); return; }
    // One step back leads to the list, however many stories were read from it.
    if (openId()) history.replaceState(history.state, "", addressWith(id));
    else {
      place = scrollY;
      history.pushState({ opened: true }, "", addressWith(id));
    }
    shown = id;
    load(id);
  }

  function close() {
    if (!openId()) return false;
    if (history.state?.opened) { history.back(); return true; }
    history.replaceState(null, "", addressWith(""));
    sync();
    return true;
  }

  let shown = openId();
  let place = 0; // of the list, where the story covers it
  function sync() {
    const id = openId();
    if (id === shown) return;
    const left = shown;
    shown = id;
    if (id) load(id);
    else {
      asking?.abort();
      const covered = getComputedStyle(pane).position === "fixed";
      showPane("");
      if (covered) scrollTo(0, place);
      focusRow(left);
    }
  }

  function closeSheet() {
    if (location.hash !== "#filters") return false;
    location.replace("#-"); // leads nowhere, so that nothing scrolls
    history.replaceState(history.state, "", addressWith(openId()));
    return true;
  }

  function focusRow(id) {
    const link = $("h3 > a", rowOf(id) || list);
    if (link && rowOf(id)) link.focus();
  }

  function move(by) {
    const id = openId();
    const at = links();
    if (!id) {
      if (by > 0 && at.length && document.activeElement === at[at.length - 1]) { $('a[rel="next"]')?.click(); return; }
      step(by);
      return;
    }
    const here = at.findIndex((link) => link.closest(".row").dataset.id === id);
    const next = at[here + by];
    if (!next) { if (by > 0) $('a[rel="next"]')?.click(); return; }
    next.focus();
    open(next.closest(".row").dataset.id);
  }

  if (pane) {
    list.addEventListener("click", (event) => {
      const link = event.target.closest(".row h3 > a");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      link.focus();
      open(link.closest(".row").dataset.id);
    });
    addEventListener("popstate", sync);
    body.addEventListener("submit", (event) => {
      if (!event.target.matches("#correct")) return;
      event.preventDefault();
      correct(event.target, event.submitter);
    });
    body.addEventListener("click", async (event) => { // what a correction has changed, without leaving the list
      if (!event.target.closest(".changed a") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const versions = $("#versions", await load(openId()) || body);
      if (!versions) return;
      versions.focus({ preventScroll: true }); // only the pane moves, not the list
      const clear = parseFloat(getComputedStyle(pane).scrollPaddingTop);
      pane.scrollTop += versions.getBoundingClientRect().top - pane.getBoundingClientRect().top - clear;
    });
    $(".sheet-close a").addEventListener("click", (event) => { event.preventDefault(); closeSheet(); });
    for (const [name, act] of [["close", close], ["before", () => move(-1)], ["after", () => move(1)]]) {
      $(`#pane-${name}`).addEventListener("click", (event) => { event.preventDefault(); act(); });
    }
    Object.assign(keys, {
      j: () => move(1),
      k: () => move(-1),
      ArrowRight: () => Boolean(openId()) && (move(1), true),
      ArrowLeft: () => Boolean(openId()) && (move(-1), true),
      Escape: () => closeSheet() || close(),
      u: () => { if (!close()) { scrollTo(0, 0); links()[0]?.focus(); } },
      o: () => { if (openId()) location.href = $("#pane-page").href; else document.activeElement.closest?.(".row") && (location.href = document.activeElement.href); },
      c: () => $("[data-copy]", body)?.click(),
      v: () => $(list.classList.contains("full") ? "#view-compact" : "#view-full")?.click(),
    });
    if (shown) { showPane(shown); arrived(shown); }

    // Where a reader was, for `u` on the pages that they go to from here.
    addEventListener("pagehide", () => {
      store(sessionStorage, "newswire.wire", location.href);
      store(sessionStorage, "newswire.place", JSON.stringify({ y: scrollY, id: document.activeElement?.closest?.(".row")?.dataset.id || "" }));
    });
    if (stored(sessionStorage, "newswire.back")) {
      try { sessionStorage.removeItem("newswire.back"); } catch { /* nothing is kept */ }
      const place = JSON.parse(stored(sessionStorage, "newswire.place") || "null");
      if (place) { scrollTo(0, place.y); if (place.id) focusRow(place.id); }
    }
  }

  // --- one line a story or all of it, as the reader had it last

  const look = (view) => {
    list.className = view === "full" ? "full" : "lines";
    for (const name of ["compact", "full"]) {
      const link = $(`#view-${name}`);
      if (link) { if ((name === "full") === (view === "full")) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current"); }
    }
  };
  for (const name of ["compact", "full"]) $(`#view-${name}`)?.addEventListener("click", () => store(localStorage, "newswire.view", name));
  const here = new URL(location.href);
  if (pane && !here.searchParams.has("view") && stored(localStorage, "newswire.view") === "full") {
    // Of a list in lines the server marks no texts, so where something is searched for, the full one is asked for.
    here.searchParams.set("view", "full");
    if (["q", "entity", "holder", "target"].some((name) => here.searchParams.has(name))) location.replace(here);
    else look("full");
  }

  // --- a stretch of the histogram is a search for its time

  const drawing = $("#histogram svg");
  if (drawing) {
    const slots = all("a", drawing);
    const mark = $("#chosen");
    let from = null;
    const at = (event) => {
      const box = drawing.getBoundingClientRect();
      return Math.min(0.9999, Math.max(0, (event.clientX - box.left) / box.width));
    };
    const far = (event) => Math.abs(at(event) - from) * drawing.getBoundingClientRect().width >= DRAGGED;
    drawing.addEventListener("dragstart", (event) => event.preventDefault());
    drawing.addEventListener("pointerdown", (event) => { if (!event.button) from = at(event); });
    addEventListener("pointermove", (event) => {
      if (from === null) return;
      const to = at(event);
      mark.setAttribute("x", String(1000 * Math.min(from, to)));
      mark.setAttribute("width", String(1000 * Math.abs(to - from)));
    });
    addEventListener("pointerup", (event) => {
      if (from === null) return;
      const ends = [from, at(event)].sort((one, other) => one - other).map((part) => slots[Math.floor(part * slots.length)]);
      const chosen = far(event);
      from = null;
      if (!chosen) { mark.setAttribute("width", "0"); return; }
      drawing.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
      const url = new URL($("#histogram").dataset.base, location.href);
      url.searchParams.set("since", ends[0].dataset.start);
      url.searchParams.set("until", ends[1].dataset.end);
      location.href = url;
    });
  }

  if (!$(".trouble", $("#main"))) rememberSearch(new URL(location.href).searchParams.get("q"));
  keys.p = () => $("#pause")?.click();
  $("#pop-out")?.addEventListener("click", (event) => {
    if (window.open(event.currentTarget.href, "newswire-ticker", "popup,width=480,height=760")) event.preventDefault();
  });
}
