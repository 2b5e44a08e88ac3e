/** What lies open over the page, the topmost last. */
const layers: { close: () => void }[] = [];
const POPS_WITHIN_MS = 1_000;

let isLeaving = false;
// One step at a time: a browser may drop a step back that comes while another is under way.
let steps = Promise.resolve();

/**
 * Gives what was opened over the page an entry in the history, so that the back gesture closes it instead of leaving
 * the page. Returns how to take the entry away once it was closed in another way.
 */
export function closeOnBack(close: () => void): () => void {
  const layer = { close };
  let isEntered = false;
  let isOver = false;
  steps = steps.then(() => {
    if (isOver) return;
    if (layers.length === 0) addEventListener("popstate", handlePop);
    layers.push(layer);
    isEntered = true;
    history.pushState(history.state, "");
  });
  return () => {
    isOver = true;
    const at = layers.indexOf(layer);
    if (at < 0) return;
    layers.splice(at, 1);
    if (isEntered) steps = steps.then(stepBack);
  };
}

function handlePop() {
  if (isLeaving) return;
  layers.pop()?.close();
  if (layers.length === 0) removeEventListener("popstate", handlePop);
}

async function stepBack(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, POPS_WITHIN_MS);
  isLeaving = true;
  addEventListener("popstate", () => resolve(), { once: true });
  history.back();
  await promise;
  clearTimeout(timer);
  isLeaving = false;
  if (layers.length === 0) removeEventListener("popstate", handlePop);
}
