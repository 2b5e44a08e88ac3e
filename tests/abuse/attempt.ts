import type { Answer } from "./client.ts";
import type { Scene } from "./scene.ts";

export type Effect = "upstream" | "records" | "media";

/** One thing that someone might try. Unless it says otherwise it is to be refused, and to leave no trace. */
export type Attempt = {
  name: string;
  run(scene: Scene): Promise<Answer | Answer[]>;
  /** Takes so long that it is tried only where all is. */
  isLong?: boolean;
  /** Answers that are no refusal and do no harm here, such as a page that says nothing. */
  harmless?: number[];
  /** What it may touch because a part of it is legitimate; `check` then says what must not have come of it. */
  may?: Effect[];
  /** What is wrong in spite of the status; nothing when all is well. */
  check?(answers: Answer[], scene: Scene): Promise<string | undefined> | string | undefined;
};

export type Theme = {
  title: string;
  attempts: Attempt[];
};
