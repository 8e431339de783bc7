// What a reader has half written on a story: it outlives that this part of the page is made anew, and the story's kill.
"use strict";

const drafts = new Map(); // by the ids of their stories, as long as this page is open

function isChanged(field) {
  if (field.matches("select")) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
  return field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function halfWritten(root) {
  return all("input:not([type=hidden]), select, textarea", root).filter((field) => field.form && isChanged(field));
}

// The part that is to be made anew has a desk, or is one; what is written in the form that was ``sent`` is no draft.
function keepDrafts(root, sent = null) {
  const desk = root.matches(".desk") ? root : $(".desk", root);
  const story = desk && $("[data-desk]", desk)?.dataset.desk;
  if (!story) return;
  drafts.set(story, halfWritten(desk).filter((field) => field.form !== sent).map((field) => ({
    place: `form[action="${field.form.getAttribute("action")}"] [name="${field.name}"]`,
    value: field.value,
    checked: field.checked,
    open: field.closest("details").open,
    caret: field === document.activeElement ? field.selectionStart ?? 0 : null,
  })));
}

function putDrafts(root) {
  const desk = root.matches(".desk") ? root : $(".desk", root);
  for (const draft of drafts.get(desk && $("[data-desk]", desk)?.dataset.desk) || []) {
    const field = $(draft.place, desk);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = draft.checked;
    else field.value = draft.value;
    if (draft.open) field.closest("details").open = true;
    if (draft.caret === null) continue;
    field.focus({ preventScroll: true });
    field.setSelectionRange?.(draft.caret, draft.caret);
  }
}

// Nothing can be done any more with a story that is not there, but a kill can be noted. What was half written stays, to
// be copied, though it cannot be sent.
function endDesk(desk, killed) {
  for (const part of all(".desk-buttons > *", desk)) {
    if (killed && $('form[action="/desk/story/note"]', part)) continue;
    if (!halfWritten(part).length) { part.remove(); continue; }
    for (const button of all("button", part)) button.remove();
    for (const field of all("input, textarea", part)) field.readOnly = true;
  }
}
