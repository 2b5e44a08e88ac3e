import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readJson, writeJson } from "./disk.ts";
import { type FalRequest, type RequestEvent, transition } from "./request.ts";
import { isExpired } from "./retention.ts";

/** The progress of a webhook. Before the first attempt there is no such file on disk. */
export type Delivery = {
  state: "pending" | "delivered" | "failed";
  attempts: number;
  nextAt: string;
  /** How many more times it is sent after the first success. Only a fault sets more than 0. */
  copiesLeft: number;
  problem?: string;
};
export type RequestStore = Awaited<ReturnType<typeof openRequestStore>>;

/** Opens a store with one folder for each request: the input, written once, and the small state beside it. */
export async function openRequestStore(directory: string) {
  await mkdir(directory, { recursive: true });
  const requests = await readRequests(directory);
  const lastWrites = new Map<string, Promise<unknown>>();
  let lastSequence = 0;
  for (const { sequence } of requests.values()) lastSequence = Math.max(lastSequence, sequence);

  return {
    find: (id: string) => requests.get(id),

    all: () => [...requests.values()],

    unfinished: () =>
      [...requests.values()]
        .filter(({ state }) => state.status !== "completed")
        .sort((a, b) => a.sequence - b.sequence),

    async add(request: Omit<FalRequest, "sequence" | "state">, input: unknown) {
      lastSequence += 1;
      const added: FalRequest = {
        ...request,
        sequence: lastSequence,
        state: { status: "queued" },
      };
      const folder = join(directory, request.id);
      await mkdir(folder);
      await writeJson(join(folder, "input.json"), input);
      // Written last: a folder without a state is a submission that was never acknowledged.
      await writeJson(join(folder, "request.json"), added);
      requests.set(added.id, added);
      return added;
    },

    readInput: (id: string) => readJson(join(directory, id, "input.json")),
    removeInput: (id: string) => rm(join(directory, id, "input.json"), { force: true }),

    readDelivery: async (id: string) =>
      (await readJson(join(directory, id, "webhook.json"))) as Delivery | undefined,

    async writeDelivery(id: string, delivery: Delivery) {
      if (requests.has(id)) await writeJson(join(directory, id, "webhook.json"), delivery);
    },

    /** Removes the requests that no caller can read any more. */
    async removeExpired(now: Date) {
      for (const request of requests.values()) {
        if (!isExpired(request, now)) continue;
        requests.delete(request.id);
        await rm(join(directory, request.id), { recursive: true, force: true });
      }
    },

    /** Applies events one after the other. `find` only returns what is already on disk. */
    change(id: string, event: RequestEvent) {
      const previous = lastWrites.get(id) ?? Promise.resolve();
      const write = previous.then(async () => {
        const before = requests.get(id);
        if (!before) throw new Error(`There is no request ${id}.`);
        const state = transition(before.state, event);
        if (state === before.state) return { before, after: before };

        const after = { ...before, state };
        await writeJson(join(directory, id, "request.json"), after);
        requests.set(id, after);
        return { before, after };
      });
      const settled = write
        .catch(() => {}) // the caller receives the error; the next change must still run
        .then(() => {
          if (lastWrites.get(id) === settled) lastWrites.delete(id);
        });
      lastWrites.set(id, settled);
      return write;
    },
  };
}

async function readRequests(directory: string): Promise<Map<string, FalRequest>> {
  const requests = new Map<string, FalRequest>();
  for (const id of await readdir(directory)) {
    const request = (await readJson(join(directory, id, "request.json"))) as FalRequest | undefined;
    if (request) requests.set(id, request);
    else await rm(join(directory, id), { recursive: true, force: true });
  }
  return requests;
}
