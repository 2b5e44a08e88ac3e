import { type ComponentType, lazy } from "react";
import { loadLateMessages } from "@/components/late-messages";
import { importWithin, missing } from "@/lib/browser/page/load-script";

type Loaded<Props> = { default: ComponentType<Props> };

/**
 * As React's `lazy`, with the words that the part says, for what the page can do without: what can't be fetched, as
 * when one is offline, is left out until the page is loaded anew, and the page says so, rather than going down with all
 * that was written in it. `preload` rejects then; what it has fetched is drawn at once, with the rest of what changes.
 */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let loaded: Loaded<Props> | undefined;
  const preload = async () => {
    const [component] = await Promise.all([importWithin(load), loadLateMessages()]);
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

// React looks right after it has asked: a promise answers a turn too late, and the page is drawn without the part first.
function atOnce<Value>(value: Value): Promise<Value> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: to be taken for a promise is what it is for.
    then: (use: (value: Value) => void) => use(value),
  } as unknown as Promise<Value>;
}

function Nothing() {
  return null;
}
