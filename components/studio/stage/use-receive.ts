"use client";

import { useState } from "react";
import { useMessages } from "@/components/messages";
import { useStudio } from "@/components/studio/studio-context";
import type { Given } from "@/lib/browser/intake/read-intake";
import { openSearch } from "@/lib/browser/intake/search";
import { loadScript } from "@/lib/browser/page/load-script";
import { fill } from "@/lib/messages/fill";
import { describeNote } from "@/lib/picture/note";
import { problem } from "@/lib/problems";

/** Gives the studio what was dropped, pasted or handed over. `said` is what became of the rest of it. */
export function useReceive() {
  const { studio, draft } = useStudio();
  const messages = useMessages();
  const [said, setSaid] = useState("");

  const joinNames = (names: readonly string[], count: number) => {
    const more = count - names.length;
    const others = more > 0 ? [fill(messages.picture.moreNames, { count: more })] : [];
    return new Intl.ListFormat(document.documentElement.lang).format([...names, ...others]);
  };

  const receive = (given: Exclude<Given, { kind: "field" }>) => {
    setSaid("");
    if (given.kind === "nothing") {
      // It takes no picture away, and none that is on its way.
      draft.change({
        type: "start-refused",
        problem: problem(given.code, { field: "image_url" }),
      });
      return studio.leave();
    }
    const search = openSearch(given, { joinNames, fetchLink });
    void studio.takePicture({
      name: search.name,
      async find(signal) {
        const found = await search.find(signal);
        if (found.kind === "found" && !signal.aborted) {
          const notes = found.notes ?? [];
          setSaid(notes.map((note) => describeNote(note, messages)).join(" · "));
        }
        return found;
      },
    });
  };

  const receiveShared = (id: string) =>
    receive({ kind: "addresses", urls: [new URL(`/shared/${id}`, location.origin)] });

  return { receive, receiveShared, said };
}

async function fetchLink(url: URL, signal: AbortSignal) {
  const { fetchLinkedPicture } = await loadScript(
    () => import("@/lib/browser/picture/picture-link"),
  );
  return fetchLinkedPicture(url, signal);
}
