/** Of nothing that is ever asked for, so that the worker stands between no page and its server. */
const SCOPE = "/notifications/";

/** `unsupported` also without HTTPS. */
export function canNotify(): NotificationPermission | "unsupported" {
  if (typeof Notification === "undefined" || !isSecureContext) return "unsupported";
  return isLeftToWorkers() && !navigator.serviceWorker ? "unsupported" : Notification.permission;
}

/** Asks the visitor, unless that was answered before, and makes ready what shows them. */
export async function askToNotify(): Promise<ReturnType<typeof canNotify>> {
  if (canNotify() === "default") await Notification.requestPermission();
  if (canNotify() === "granted" && isLeftToWorkers()) await registerWorker();
  return canNotify();
}

type Told = { title: string; body: string; tag: string };

/** Shows one. What a press on it opens is told to `onOpen`, and to `listenToWorker`. */
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

/** Hears of presses on what the worker has shown, by their tag. */
export function listenToWorker(onOpen: (tag: string) => void): () => void {
  const workers = navigator.serviceWorker;
  const handleMessage = ({ data }: MessageEvent) => {
    if (typeof data?.opened === "string") onOpen(data.opened);
  };
  workers?.addEventListener("message", handleMessage);
  workers?.startMessages();
  return () => workers?.removeEventListener("message", handleMessage);
}

// There `new Notification` throws.
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
