import { type ComponentType, lazy } from "react";
import { loadLazyMessages } from "@/components/lazy-messages";
import { importWithin, missing } from "@/lib/browser/page/load-script";

type Loaded<Props> = { default: ComponentType<Props> };

/**
 * Like React's `lazy`, for parts that the page can do without; it also loads their texts. If a part cannot be fetched,
 * for example offline, the page says so and leaves the part out until it is loaded again, because an error here would
 * remove the page and everything written in it. `preload` rejects in that case. A part that has been fetched renders at
 * once, in the same update as the rest.
 */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let loaded: Loaded<Props> | undefined;
  const preload = async () => {
    const [component] = await Promise.all([importWithin(load), loadLazyMessages()]);
    loaded = { default: component };
    return loaded;
  };
  const Part = lazy(() =>
    loaded
      ? atOnce(loaded)
      : preload().catch(() => {
          missing.report();
          return { default: Nothing as ComponentType<Props> };
        }),
  );
  return Object.assign(Part, { preload });
}

// React checks for a result right after it calls `then`. A promise answers later, so React would render the page
// without the part first.
function atOnce<Value>(value: Value): Promise<Value> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: React must treat it as a promise.
    then: (use: (value: Value) => void) => use(value),
  } as unknown as Promise<Value>;
}

function Nothing() {
  return null;
}
