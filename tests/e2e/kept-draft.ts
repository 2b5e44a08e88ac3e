import type { Page } from "@playwright/test";

/** Returns the draft that the browser stores, or `undefined` if there is none. */
export function readKept(page: Page) {
  return page.evaluate(async () => {
    const settle = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const opening = indexedDB.open("firstframe", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("draft");
    const database = await settle(opening);
    const store = database.transaction("draft").objectStore("draft");
    const [words, picture, endPicture] = await Promise.all([
      settle(store.get("words")),
      settle(store.get("file")),
      settle(store.get("end")),
    ]);
    database.close();
    if (!words) return undefined;
    const { prompt, optimizePrompt, choice, picture: facts } = words.draft;
    return {
      ...{ prompt, optimizePrompt, choice },
      isUploaded: facts?.uploaded !== undefined,
      hasFile: picture?.file?.bytes instanceof ArrayBuffer,
      hasEndPicture: endPicture?.bytes instanceof ArrayBuffer,
    };
  });
}

/** Makes the stored upload this much older. */
export function ageUpload(page: Page, milliseconds: number) {
  return page.evaluate(async (age) => {
    const opening = indexedDB.open("firstframe", 1);
    await new Promise((resolve) => {
      opening.onsuccess = resolve;
    });
    const transaction = opening.result.transaction("draft", "readwrite");
    const store = transaction.objectStore("draft");
    const reading = store.get("words");
    reading.onsuccess = () => {
      const words = reading.result;
      words.draft.picture.uploaded.at -= age;
      store.put(words, "words");
    };
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    opening.result.close();
  }, milliseconds);
}
