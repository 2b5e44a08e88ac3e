import type { Share } from "@/lib/generation";
import type { ShareOptions } from "../api/shares";
import type { LibraryDeps } from "./deps";
import type { Shelf } from "./shelf";

type Wish = ShareOptions | "none";
/** What the server said last of a link, and what was asked for since. */
type Pending = { base: Share | undefined; wishes: Wish[] };

/** Changes links in the order of the presses, and shows each change before the server has answered. */
export function openShares({ api, now }: LibraryDeps, shelf: Shelf) {
  const pending = new Map<string, Pending>();
  let last: Promise<unknown> = Promise.resolve();

  const show = (click: string, { base, wishes }: Pending) => {
    const share = wishes.reduce((share, wish) => apply(wish, share, now()), base);
    shelf.change(click, (generation) => ({ ...generation, share }));
  };

  /** `read` finds in the answer what the link of each is from then on. */
  async function change<Answer>(
    clicks: readonly string[],
    wish: Wish,
    ask: () => Promise<Answer>,
    read: (answer: Answer) => Share | undefined,
  ): Promise<Answer> {
    const changed = clicks.map((click) => {
      const one = pending.get(click) ?? { base: shelf.find(click)?.generation.share, wishes: [] };
      pending.set(click, one);
      one.wishes.push(wish);
      show(click, one);
      return [click, one] as const;
    });
    // Otherwise, a link that is taken back while it is being made would exist again.
    const answering = last.then(ask);
    last = answering.catch(() => {});
    try {
      const answer = await answering;
      for (const [, one] of changed) one.base = read(answer);
      return answer;
    } finally {
      for (const [click, one] of changed) {
        one.wishes.splice(one.wishes.indexOf(wish), 1);
        if (one.wishes.length === 0) pending.delete(click);
        show(click, one);
      }
    }
  }

  return {
    async publish(click: string, options: ShareOptions): Promise<void> {
      const id = shelf.find(click)?.generation.id;
      if (id === undefined) return;
      await change(
        [click],
        options,
        () => api.publishShare(id, options),
        (share) => share,
      );
    },
    /** Shows no links from now on, and again if `ask` fails. */
    takeBack: <Answer>(clicks: readonly string[], ask: () => Promise<Answer>): Promise<Answer> =>
      change(clicks, "none", ask, () => undefined),
  };
}

/**
 * What a link is like once the server has done as asked. A link that does not exist yet has no address to show, and a
 * password protects nothing before the server has it.
 */
function apply(wish: Wish, share: Share | undefined, now: number): Share | undefined {
  if (wish === "none" || !share) return undefined;
  const { password, expiresInHours, ...options } = wish;
  const expiresAt = expiresInHours
    ? new Date(now + expiresInHours * 3_600_000).toISOString()
    : undefined;
  return {
    ...share,
    ...options,
    ...(expiresInHours !== undefined && { expiresAt }),
  };
}
