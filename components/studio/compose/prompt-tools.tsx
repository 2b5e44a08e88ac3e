"use client";

import { type RefObject, Suspense, useRef, useState } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import { late } from "@/components/ui/late";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import type { Draft } from "@/lib/browser/draft/draft";
import type { Library } from "@/lib/browser/library/library";
import { LiteralHint } from "./literal-hint";
import { PromptExamples } from "./prompt-examples";

const MovePalette = late(() => import("./move-palette").then(({ MovePalette }) => MovePalette));
const OwnPrompts = late(() => import("./own-prompts").then(({ OwnPrompts }) => OwnPrompts));

type PromptToolsProps = {
  draft: Draft;
  library: Library;
  upstream: UpstreamKind;
  textarea: RefObject<HTMLTextAreaElement | null>;
  onPrompt: (prompt: string) => void;
  onLiteral: () => void;
  onLoadMore: () => void;
};

/** What helps to write: camera moves, what was written before, examples. */
export function PromptTools(props: PromptToolsProps) {
  const { draft, library, upstream, textarea, onPrompt, onLiteral, onLoadMore } = props;
  const { prompts: words } = useMessages().studio;
  const [open, setOpen] = useState<"moves" | "prompts">();
  const opener = useRef<HTMLButtonElement>(null);
  const { prompt, optimizePrompt } = draft;

  const propsOf = (panel: "moves" | "prompts") => ({
    "aria-expanded": open === panel,
    onClick: ({ currentTarget }: { currentTarget: HTMLButtonElement }) => {
      opener.current = currentTarget;
      setOpen(open === panel ? undefined : panel);
    },
  });
  const handleClose = () => {
    setOpen(undefined);
    opener.current?.focus();
  };
  const handleExample = (example: string) => {
    onPrompt(example);
    textarea.current?.focus();
  };
  const handleLiteral = () => {
    onLiteral();
    textarea.current?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape reaches it from the buttons inside.
    <div onKeyDown={(event) => open && event.key === "Escape" && handleClose()}>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button {...propsOf("moves")}>{words.moves}</Button>
        {library.watched.length > 0 && (
          <Button kind="quiet" {...propsOf("prompts")}>
            {words.own}
          </Button>
        )}
      </div>
      <Suspense>
        {open === "moves" && (
          <MovePalette prompt={prompt} textarea={textarea} onPrompt={onPrompt} />
        )}
        {open === "prompts" && (
          <OwnPrompts
            prompt={prompt}
            library={library}
            onChoose={onPrompt}
            onLoadMore={onLoadMore}
          />
        )}
      </Suspense>
      {/* Never late: it would push the button below away from under the hand. */}
      {optimizePrompt && (
        <LiteralHint prompt={prompt} upstream={upstream} onLiteral={handleLiteral} />
      )}
      <PromptExamples isShown={prompt === "" && !open} onChoose={handleExample} />
    </div>
  );
}
