import { type MouseEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";

/** Panels of which one is open at a time, each with a button. One that closes gives the focus back to its button. */
export function usePanels<Name extends string>() {
  const [open, setOpen] = useState<Name>();
  const button = useRef<HTMLButtonElement>(undefined);
  return {
    open,
    propsOf: (name: Name) => ({
      "aria-expanded": open === name,
      onClick({ currentTarget }: MouseEvent<HTMLButtonElement>) {
        button.current = currentTarget;
        setOpen(open === name ? undefined : name);
      },
    }),
    close() {
      // While a sheet is open, nothing under it takes the focus.
      flushSync(() => setOpen(undefined));
      button.current?.focus();
    },
  };
}
