// A link that takes longer to make is copied by the button beside it.
const TEXT_WITHIN_MS = 30_000;

/** A copy that a click has begun, of a text that is not there yet. */
export type PendingCopy = {
  provide: (text: string) => void;
  isCopied: Promise<boolean>;
};

/**
 * Begins to copy a text that the page still waits for. Call it while the click is handled: WebKit lets a page copy
 * only then, and takes the text itself later.
 */
export function startCopy(): PendingCopy {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error("there is nothing to copy yet")), TEXT_WITHIN_MS);
  const isCopied = writeToClipboard(promise).finally(() => clearTimeout(timer));
  return { provide: resolve, isCopied };
}

/**
 * Copies what the field shows. If the browser does not let the page copy, the text stays selected for the visitor to
 * copy, and the answer is false. Call it while the click is handled.
 */
export async function copyField(field: HTMLInputElement): Promise<boolean> {
  field.focus();
  field.select();
  // The selection is copied before anything is awaited: some browsers forget the click by then.
  const isCopied = navigator.clipboard ? await writeToClipboard(field.value) : copySelection();
  return isCopied || copySelection();
}

async function writeToClipboard(text: string | Promise<string>): Promise<boolean> {
  // It is there only on https and localhost.
  if (!navigator.clipboard) {
    // Nobody is left to hear that the text does not come.
    void Promise.resolve(text).catch(() => {});
    return false;
  }
  try {
    if (typeof text === "string" || typeof ClipboardItem === "undefined")
      await navigator.clipboard.writeText(await text);
    else await navigator.clipboard.write([new ClipboardItem({ "text/plain": toBlob(text) })]);
    return true;
  } catch {
    return false;
  }
}

// Older browsers take the promise of a blob, but not of a string.
async function toBlob(text: Promise<string>): Promise<Blob> {
  return new Blob([await text], { type: "text/plain" });
}

/** The old way, which needs neither https nor a permission. */
function copySelection(): boolean {
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  }
}
