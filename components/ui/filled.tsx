import { createElement, Fragment, type ReactNode } from "react";
import { type Holes, parts } from "@/lib/messages/fill";

/** Fills the holes of a message with elements. */
export function filled<Text extends string>(
  text: Text,
  values: Record<Holes<Text>, ReactNode>,
): ReactNode {
  return createElement(Fragment, null, ...parts(text, values));
}
