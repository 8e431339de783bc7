// "In this browser", beside the form that saves a search: subscribes at the browser's push service.
"use strict";

const inBrowser = document.querySelector("[data-push-key]");
if (inBrowser && "serviceWorker" in navigator && "PushManager" in window) {
  const box = inBrowser.querySelector("input[type=checkbox]");
  const kept = inBrowser.querySelector("input[type=hidden]");
  const said = inBrowser.querySelector(".fine");
  inBrowser.hidden = false;

  const keyOf = (subscription) => {
    const bytes = new Uint8Array(subscription.options.applicationServerKey || []);
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };

  const subscribe = async () => {
    if (await Notification.requestPermission() !== "granted") throw new Error("This browser does not allow notifications from this page.");
    await navigator.serviceWorker.register("/notifications.js");
    const { pushManager } = await navigator.serviceWorker.ready;
    const there = await pushManager.getSubscription();
    if (there && keyOf(there) === inBrowser.dataset.pushKey) return there;
    if (there) await there.unsubscribe(); // made for a key that the page has no more
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: inBrowser.dataset.pushKey });
  };

  box.addEventListener("change", async () => {
    kept.value = said.textContent = "";
    if (!box.checked) return;
    box.disabled = true;
    try {
      kept.value = JSON.stringify(await subscribe());
    } catch (error) {
      box.checked = false;
      said.textContent = error.message;
    }
    box.disabled = false;
  });
}
