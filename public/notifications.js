// Shows notifications for pages that may not show them themselves, as on Android. It intercepts no request and stores nothing.

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.tag));
});

async function open(click) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  // A share page or the ledger does not handle the message, so it is not asked.
  const page = pages.find(({ url }) => new URL(url).pathname === "/");
  if (!page) return clients.openWindow(`/#${click}`);
  page.postMessage({ opened: click });
  // The browser refuses this without a press of the visitor.
  await page.focus().catch(() => {});
}
