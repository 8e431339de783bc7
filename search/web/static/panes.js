// How wide the story beside the list is: its edge is dragged, or moved by the arrow keys; the browser remembers it.
"use strict";
{
  const frame = $(".wire");
  const edge = $("#pane-edge");
  const KEPT = "newswire.pane";
  const LEAST = 28, MOST = 62; // percent of the window's width
  const STEP = 2;

  const bounded = (width) => Math.min(MOST, Math.max(LEAST, width));

  function widen(width) {
    frame.style.setProperty("--pane", `${width}vw`);
    edge.setAttribute("aria-valuenow", String(Math.round(width)));
  }

  function keep(width) {
    widen(width);
    try { localStorage.setItem(KEPT, String(width)); } catch { /* it holds until the next page */ }
  }

  const now = () => bounded(100 * $("#pane").getBoundingClientRect().width / innerWidth);
  const at = (event) => bounded(100 * (innerWidth - event.clientX) / innerWidth);

  edge.addEventListener("pointerdown", (event) => { if (!event.button) edge.setPointerCapture(event.pointerId); });
  edge.addEventListener("pointermove", (event) => { if (edge.hasPointerCapture(event.pointerId)) widen(at(event)); });
  edge.addEventListener("pointerup", (event) => { if (edge.hasPointerCapture(event.pointerId)) keep(at(event)); });
  edge.addEventListener("dblclick", () => {
    frame.style.removeProperty("--pane");
    try { localStorage.removeItem(KEPT); } catch { /* nothing was kept */ }
  });
  edge.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation(); // here they move the edge, elsewhere to the next story
    keep(bounded(now() + by));
  });

  edge.hidden = false;
  let kept = 0;
  try { kept = Number(localStorage.getItem(KEPT)); } catch { /* nothing is kept */ }
  if (kept >= LEAST && kept <= MOST) widen(kept);
  else edge.setAttribute("aria-valuenow", String(Math.round(now())));
}
