import { onTestFinished } from "vitest";

export type SentEvent = { event: string; id?: string; data: Record<string, unknown> };

/** Reads server-sent events one after the other. Stops when the test ends. */
export function readEvents({ body }: Response) {
  if (!body) throw new Error("The answer has no body");
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const comments: string[] = [];
  let text = "";
  onTestFinished(() => reader.cancel().catch(() => {}));

  /** Returns the next block, or `undefined` at the end. */
  async function nextBlock(): Promise<string | undefined> {
    while (!text.includes("\n\n")) {
      const { value, done } = await reader.read();
      if (done) return undefined;
      text += value;
    }
    const end = text.indexOf("\n\n");
    const block = text.slice(0, end);
    text = text.slice(end + 2);
    return block;
  }

  return {
    comments,
    /** Returns `undefined` after the end of the stream. */
    async next(): Promise<SentEvent | undefined> {
      for (;;) {
        const block = await nextBlock();
        if (block === undefined) return undefined;
        const fields = new Map(block.split("\n").map(readField));
        const comment = fields.get("");
        if (comment !== undefined) comments.push(comment);
        const data = fields.get("data");
        if (data === undefined) continue;
        return {
          event: fields.get("event") ?? "message",
          id: fields.get("id"),
          data: JSON.parse(data),
        };
      }
    },
    leave: () => reader.cancel(),
  };
}

function readField(line: string): [string, string] {
  const [, name = "", value = ""] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
  return [name, value];
}
