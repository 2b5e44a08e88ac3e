import { useEffect } from "react";
import { toIntake } from "@/lib/browser/intake/intake";
import { type Given, readIntake } from "@/lib/browser/intake/read-intake";

/** Reads what is pasted anywhere on the page. A field keeps the words that are meant for it. */
export function usePaste(receive: (given: Exclude<Given, { kind: "field" }>) => void) {
  useEffect(() => {
    const handlePaste = (event: ClipboardEvent) => {
      if (!event.clipboardData) return;
      const isInField = isField(event.target);
      const given = readIntake(toIntake(event.clipboardData), isInField);
      if (given.kind === "field") return;
      // A file manager adds the file's name, which would end up in the field.
      if (isInField) event.preventDefault();
      receive(given);
    };
    addEventListener("paste", handlePaste);
    return () => removeEventListener("paste", handlePaste);
  });
}

/** Whether a person writes into it. Firefox names the text itself that the pointer is over. */
export function isField(target: EventTarget | null): boolean {
  const element =
    target instanceof Element ? target : target instanceof Node && target.parentElement;
  return element instanceof Element && element.matches(":read-write");
}
