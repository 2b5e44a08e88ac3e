"use client";

import { Suspense, useRef, useState } from "react";
import { useMessages } from "@/components/messages";
import { useDraft, useLibrary, useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import { lazyPart } from "@/components/ui/lazy-part";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import { LiteralHint } from "./literal-hint";
import { PromptExamples } from "./prompt-examples";

const MovePalette = lazyPart(() => import("./move-palette").then(({ MovePalette }) => MovePalette));
const OwnPrompts = lazyPart(() => import("./own-prompts").then(({ OwnPrompts }) => OwnPrompts));

/** What helps to write: camera moves, what was written before, examples. */
export function PromptTools() {
  const { draft, upstream, fields } = useStudio();
  const library = useLibrary();
  const { prompts: words } = useMessages().studio;
  const [open, setOpen] = useState<"moves" | "prompts">();
  const opener = useRef<HTMLButtonElement>(null);
  const { prompt, optimizePrompt } = useDraft();
  const textarea = fields.prompt;
  const onPrompt = (text: string) => draft.change({ type: "prompt-written", prompt: text });

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
    draft.change({ type: "optimizer-switched", optimizePrompt: false });
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
            onLoadMore={() => void lazyLibrary.loadMore()}
          />
        )}
      </Suspense>
      {/* Not lazy: it would move the button below while the visitor is about to press it. */}
      {optimizePrompt && (
        <LiteralHint prompt={prompt} upstream={upstream} onLiteral={handleLiteral} />
      )}
      <PromptExamples isShown={prompt === "" && !open} onChoose={handleExample} />
    </div>
  );
}
