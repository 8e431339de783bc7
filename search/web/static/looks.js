// Another look at the same list (its order, lines or full, folded) keeps the open story and the reader's place.
"use strict";
{
  const KEPT = "newswire.look";
  const list = $("#stories");
  const openStory = () => new URL(location.href).searchParams.get("open") || "";
  const rowOf = (id) => all(".row", list).find((row) => row.dataset.id === id);

  function withOpen(address) {
    const url = new URL(address, location.href);
    if (openStory()) url.searchParams.set("open", openStory());
    else url.searchParams.delete("open");
    return url;
  }

  function keepPlace() {
    const focused = document.activeElement.closest(".row");
    const row = focused || rowOf(openStory()) || all(".row", list).find((one) => one.getBoundingClientRect().top >= 0);
    if (!row || !scrollY && !focused) return; // at the top there is no place to keep
    const place = { id: row.dataset.id, top: row.getBoundingClientRect().top, focused: row === focused };
    try { sessionStorage.setItem(KEPT, JSON.stringify(place)); } catch { /* nothing may be kept */ }
  }

  for (const link of all(".looks .choice a")) {
    link.addEventListener("click", () => { link.href = withOpen(link.href); keepPlace(); });
  }
  $(".desk-save form")?.addEventListener("submit", (event) => {
    const back = $("input[name=back]", event.currentTarget);
    const url = withOpen(back.value);
    back.value = url.pathname + url.search;
  });

  let place = null;
  try {
    place = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    sessionStorage.removeItem(KEPT);
  } catch { /* nothing is kept */ }
  const row = place && rowOf(place.id);
  if (row) {
    if (place.focused) $("h3 > a", row).focus({ preventScroll: true });
    scrollBy(0, row.getBoundingClientRect().top - place.top);
  }
}
