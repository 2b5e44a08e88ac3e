import { useEffect, useState } from "react";

/** Names the tab; without a title, as it was named before. */
export function useTabTitle(title: string | undefined) {
  const [usual] = useState(() => document.title);
  useEffect(() => {
    document.title = title ?? usual;
  }, [title, usual]);
  useEffect(
    () => () => {
      document.title = usual;
    },
    [usual],
  );
}
