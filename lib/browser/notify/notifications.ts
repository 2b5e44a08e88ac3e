/** No page has an address in this scope, so the worker never intercepts a request. */
const SCOPE = "/notifications/";

/** Returns the permission; `unsupported` if the browser or an origin without HTTPS allows no notifications. */
export function canNotify(): NotificationPermission | "unsupported" {
  if (typeof Notification === "undefined" || !isSecureContext) return "unsupported";
  return isLeftToWorkers() && !navigator.serviceWorker ? "unsupported" : Notification.permission;
}

/** Asks the visitor, unless they have answered before, and registers the worker if one is needed. Returns the permission. */
export async function askToNotify(): Promise<ReturnType<typeof canNotify>> {
  if (canNotify() === "default") await Notification.requestPermission();
  if (canNotify() === "granted" && isLeftToWorkers()) await registerWorker();
  return canNotify();
}

type Told = { title: string; body: string; tag: string };

/** Shows a notification. A press on it calls `onOpen`, or the listener of `listenToWorker` if a worker shows it. */
export async function showNotification({ title, body, tag }: Told, onOpen: () => void) {
  if (isLeftToWorkers()) {
    const registration = await registerWorker();
    return registration.showNotification(title, { body, tag });
  }
  const notification = new Notification(title, { body, tag });
  notification.onclick = () => {
    window.focus();
    notification.close();
    onOpen();
  };
}

/** Calls `onOpen` with the tag of a pressed notification that the worker has shown. Returns a function that ends this. */
export function listenToWorker(onOpen: (tag: string) => void): () => void {
  const workers = navigator.serviceWorker;
  const handleMessage = ({ data }: MessageEvent) => {
    if (typeof data?.opened === "string") onOpen(data.opened);
  };
  workers?.addEventListener("message", handleMessage);
  workers?.startMessages();
  return () => workers?.removeEventListener("message", handleMessage);
}

// On Android `new Notification` throws.
function isLeftToWorkers(): boolean {
  return /Android/.test(navigator.userAgent);
}

async function registerWorker(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register("/notifications.js", {
    scope: SCOPE,
  });
  const starting = registration.installing ?? registration.waiting;
  if (!registration.active && starting) await untilActive(starting);
  return registration;
}

function untilActive(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") reject(new Error("the worker for notifications failed"));
    });
  });
}
