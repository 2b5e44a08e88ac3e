import { Readable } from "node:stream";
import { route } from "@/lib/server/http";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/session";
import { toCsv } from "@/lib/server/spend/csv";
import { readAllEntries } from "@/lib/server/spend/entries";

export const GET = route(async (request: Request) => {
  const owner = await requireOwner(request);
  const { db } = await getServices();
  const lines = Readable.from(toCsv(readAllEntries(db, owner)), { objectMode: false });
  return new Response(Readable.toWeb(lines) as ReadableStream<Uint8Array>, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="firstframe-ledger.csv"',
      "cache-control": "no-store",
    },
  });
});
