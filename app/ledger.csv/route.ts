import { Readable } from "node:stream";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";
import { toCsv } from "@/lib/server/spend/csv";
import { readAllEntries } from "@/lib/server/spend/entries";

export const GET = route(async (request: Request) => {
  const owner = await requireOwner(request);
  const { db } = await getServices();
  const entries = await begin(readAllEntries(db, owner));
  const lines = Readable.from(toCsv(entries), { objectMode: false });
  return new Response(Readable.toWeb(lines) as ReadableStream<Uint8Array>, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="firstframe-ledger.csv"',
      "cache-control": "no-store",
    },
  });
});

/** Reads the first item before the answer begins, because a status can no longer report a failure after that. */
async function begin<T>(items: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const reader = items[Symbol.asyncIterator]();
  let first: IteratorResult<T> | undefined = await reader.next();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const item = first ?? (await reader.next());
        first = undefined;
        return item;
      },
      return: async () => (await reader.return?.()) ?? { done: true, value: undefined },
    }),
  };
}
