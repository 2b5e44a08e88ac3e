import { useId, useRef, useState } from "react";

/** A panel that a button opens and closes. It gives the focus back to the button when it closes by itself. */
export function usePanel() {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  return {
    id,
    isOpen,
    buttonProps: {
      ref: button,
      "aria-expanded": isOpen,
      onClick: () => setIsOpen(!isOpen),
    },
    close() {
      setIsOpen(false);
      button.current?.focus();
    },
  };
}
