import { type ComponentType, lazy } from "react";
import { loadLateMessages } from "@/components/late-messages";

/**
 * As React's `lazy`, with the words that the part says, for what the page can do without: what can't be fetched, as when one is offline, is left out until
 * the page is loaded anew, rather than taking the page down with all that was written in it.
 */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(() =>
    Promise.all([load(), loadLateMessages()]).then(
      ([component]) => ({ default: component }),
      () => ({ default: Nothing as ComponentType<Props> }),
    ),
  );
}

function Nothing() {
  return null;
}
