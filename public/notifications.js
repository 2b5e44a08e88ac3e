// Where a page may not show notifications by itself, as on Android, this does. It answers no request and keeps nothing.

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.tag));
});

async function open(click) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  // A page behind a link or the ledger would not know what to do.
  const page = pages.find(({ url }) => new URL(url).pathname === "/");
  if (!page) return clients.openWindow(`/#${click}`);
  page.postMessage({ opened: click });
  // Refused where nobody has pressed anything.
  await page.focus().catch(() => {});
}
