"use client";

import { type ReactNode, Suspense } from "react";
import { useMessages } from "@/components/messages";
import { EndPictureField } from "@/components/studio/lazy-parts";
import styles from "@/components/studio/studio.module.css";
import {
  useDraft,
  useSelected,
  useStudio,
  useStudioState,
} from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/switch";
import { isWithinBudget } from "@/lib/api/spend";
import type { Watched } from "@/lib/browser/library/library";
import { isWaiting } from "@/lib/generation";
import { fill } from "@/lib/messages/fill";
import { formatUsd } from "@/lib/messages/format";
import { offersFor, totalOf } from "@/lib/models/comparison";
import { ModelChoice } from "./model-choice";
import { PromptField } from "./prompt-field";
import { SpendLine } from "./spend-line";
import { useSpend } from "./use-spend";

/** `children`: what comes after the fields. */
export function Compose({ children }: { children: ReactNode }) {
  const { draft: store, studio, offers, upstream, ownKey } = useStudio();
  const draft = useDraft();
  const selected = useSelected();
  const { isWaitingForUpload = false } = useStudioState();
  const hasPicture = draft.first.picture !== undefined;
  const models = offersFor(offers, draft.choice, hasPicture);
  const spend = useSpend(upstream !== "local" && ownKey !== "used");
  const messages = useMessages();
  const words = messages.studio.compose;
  const verb = words[verbFor(selected)];
  const usd = totalOf(models, draft.choice);
  const isSpent = spend !== undefined && !isWithinBudget(spend, usd);
  const canGenerate = models.length > 0 && !isSpent;
  const wish = models.length > 1 ? fill(messages.compare.generate, { count: models.length }) : verb;
  const send = () => {
    if (canGenerate) void studio.generate();
  };

  return (
    <form
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className={`${styles.fields} flex flex-col gap-5`}>
        <PromptField onSend={send} />

        <Switch
          label={words.optimize}
          hint={upstream === "local" ? words.optimizeHintLocal : words.optimizeHint}
          isOn={draft.optimizePrompt}
          onChange={(optimizePrompt) =>
            store.change({ type: "optimizer-switched", optimizePrompt })
          }
        />

        <ModelChoice
          models={models}
          choice={draft.choice}
          hasPicture={hasPicture}
          onChoose={(choice) => store.change({ type: "model-chosen", choice })}
        />

        {models.some(({ takesEndPicture }) => takesEndPicture) && (
          <Suspense>
            <EndPictureField />
          </Suspense>
        )}

        {children}
      </div>
      <div className={styles.footer}>
        {isSpent && <SpendLine id="spend" leftUsd={spend.leftUsd ?? 0} />}
        <Button
          kind="primary"
          type="submit"
          aria-busy={isWaitingForUpload}
          disabled={!canGenerate}
          aria-describedby={isSpent ? "spend" : undefined}
          // A double click is one wish, and a second run would be paid as well.
          onClick={(event) => event.detail > 1 && event.preventDefault()}
          className="min-h-12 text-field"
        >
          {isWaitingForUpload ? fill(words.afterUpload, { verb: wish }) : wish}
          {upstream !== "local" && models.length > 0 && ` · ${formatUsd(usd)}`}
        </Button>
      </div>
    </form>
  );
}

/** Names the word for the button: "Generate", "Generate another", "Generate again". */
function verbFor(selected: Watched | undefined) {
  if (!selected) return "generate";
  return isWaiting(selected.generation) ? "generateAnother" : "generateAgain";
}
