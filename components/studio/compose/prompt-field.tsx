"use client";

import { Suspense } from "react";
import { useMessages } from "@/components/messages";
import { PromptProblem } from "@/components/studio/lazy-parts";
import { useDraft, useStudio } from "@/components/studio/studio-context";
import { MAX_PROMPT_LENGTH } from "@/lib/models/limits";
import { PromptTools } from "./prompt-tools";

/** What should happen in the video, how long it may be, and what is wrong with it. */
export function PromptField({ onSend }: { onSend: () => void }) {
  const { draft: store, fields } = useStudio();
  const { prompt, problem } = useDraft();
  const { compose: words } = useMessages().studio;
  const length = prompt.trim().length;
  const isTooLong = length > MAX_PROMPT_LENGTH;
  const complaint = problem?.field === "prompt" ? problem : undefined;
  return (
    <div>
      <div className="mb-2 flex items-baseline justify-between">
        <label htmlFor="prompt" className="font-semibold">
          {words.prompt}
        </label>
        <span
          className={`text-xs tabular-nums ${isTooLong ? "font-semibold text-accent" : "text-muted"}`}
        >
          {length} / {MAX_PROMPT_LENGTH}
        </span>
      </div>
      <textarea
        ref={fields.prompt}
        id="prompt"
        rows={5}
        value={prompt}
        aria-invalid={Boolean(complaint) || isTooLong}
        aria-describedby={complaint && "prompt-hint"}
        placeholder={words.placeholder}
        onChange={({ target }) => store.change({ type: "prompt-written", prompt: target.value })}
        onKeyDown={({ key, ctrlKey, metaKey }) => {
          if (key === "Enter" && (ctrlKey || metaKey)) onSend();
        }}
        className="block w-full resize-y rounded-control border border-line bg-surface px-3.5 py-3 text-field leading-relaxed placeholder:text-muted hover:border-line-strong aria-invalid:border-accent"
      />
      {complaint && (
        <Suspense>
          <PromptProblem id="prompt-hint" problem={complaint} />
        </Suspense>
      )}
      <PromptTools />
    </div>
  );
}
