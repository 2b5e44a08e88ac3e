// Where a page may not show notifications by itself, as on Android, this does. It answers no request and keeps nothing.

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.tag));
});

async function open(click) {
  const [page] = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!page) return clients.openWindow("/");
  page.postMessage({ opened: click });
  // Refused where nobody has pressed anything.
  await page.focus().catch(() => {});
}
