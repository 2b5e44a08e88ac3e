"use client";

import { useMessages } from "@/components/messages";

type PromptExamplesProps = { isShown: boolean; onChoose: (prompt: string) => void };

/** Something to begin from while nothing is written; folds away with the first letter. */
export function PromptExamples({ isShown, onChoose }: PromptExamplesProps) {
  const { prompts: words } = useMessages().studio;
  return (
    <div
      inert={!isShown}
      className={`grid transition-[grid-template-rows,opacity,visibility] duration-250 ${isShown ? "grid-rows-[1fr]" : "invisible grid-rows-[0fr] opacity-0"}`}
    >
      <ul aria-label={words.examples} className="min-h-0 divide-y divide-line overflow-hidden">
        {words.example.map((example) => (
          <li key={example}>
            <button
              type="button"
              onClick={() => onChoose(example)}
              className="block min-h-11 w-full py-2.5 text-left text-note leading-snug text-muted -outline-offset-2 hover:text-ink"
            >
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
