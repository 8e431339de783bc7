// The service worker: shows what was pushed to this browser, also while no page is open, and opens the story.
"use strict";

self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  // A correction or a kill takes the place of what it is about: it has the same tag.
  event.waitUntil(self.registration.showNotification(told.title || "Newswire", {
    body: told.body || "", tag: told.tag || told.id || "", renotify: Boolean(told.tag || told.id), data: { url: told.url || "/" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
