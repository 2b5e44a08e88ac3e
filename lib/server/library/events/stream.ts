import "server-only";
import type { Database } from "../../database/database";
import { retryWhileUnavailable } from "../../database/retry";
import type { RunStreams } from "../../generations/watch/follow";
import { getLog } from "../../log";
import { isRevoked, onRevoked } from "../../sessions/revoked-sessions";
import { type EventStream, openEventStream } from "../../streams/event-stream";
import type { StreamPlaces } from "../../streams/places";
import type { Upstream } from "../../upstream/target";
import { toGeneration } from "../present";
import { type LibraryEvent, readMissed } from "./event";
import { followRuns } from "./follow-runs";
import type { LibraryEvents } from "./library-events";
import { type Mailbox, openMailbox } from "./mailbox";

export type LibraryClient = {
  owner: string;
  session: string;
  network?: string;
  /** The origin where its browser reaches this server. */
  origin: string;
  /** The id of the last event that the client has, as the client sent it. */
  lastEventId?: string;
};

export type LibraryStreamServices = {
  db: Database;
  upstream: Upstream;
  runStreams: RunStreams;
  now(): number;
  libraryEvents: LibraryEvents;
  libraryPlaces: StreamPlaces;
};

const SIGNED_OUT = "event: signed_out\ndata: {}\n\n";

/**
 * Answers with a stream of every change of the owner's library until the client leaves or signs out. Throws `server_busy`
 * if too many streams are open.
 */
export function openLibraryStream(
  services: LibraryStreamServices,
  client: LibraryClient,
): Response {
  const { libraryEvents, libraryPlaces, now } = services;
  const { owner, session, lastEventId } = client;
  let stream: EventStream | undefined;
  const releasePlace = libraryPlaces.acquire(client, (last) => stream?.end(last));
  const mailbox = openMailbox();
  const runs = followRuns(services, owner);
  const put = (event: LibraryEvent) => {
    runs.see(event);
    mailbox.put(event);
  };
  stream = openEventStream({
    // The first id lets a client resume before it has got an event. A client that resumes has an id already.
    first: `: open\nretry: 1000\n${lastEventId === undefined ? `id: ${now()}\n` : ""}\n`,
    next() {
      const event = mailbox.next();
      return event && toText(services, client, event);
    },
    onClose() {
      leaveLibrary();
      forgetSession();
      runs.leave();
      releasePlace();
    },
  });
  const { wake, end, response } = stream;
  const leaveLibrary = libraryEvents.join(owner, { ...mailbox, put, wake });
  const forgetSession = onRevoked(session, () => end(SIGNED_OUT));
  if (isRevoked(session)) end(SIGNED_OUT);
  // This comes after the client has joined, so that changes in between are delivered, too.
  else if (lastEventId !== undefined)
    void putMissed(services, client, { ...mailbox, put }).then(wake);
  return response;
}

const PATIENCE_MS = 5_000;

async function putMissed(
  { db, now }: LibraryStreamServices,
  { owner, lastEventId = "" }: LibraryClient,
  mailbox: Pick<Mailbox, "put" | "putReload">,
): Promise<void> {
  const since = /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : 0;
  const read = () => readMissed(db, owner, { since, now: now() });
  const missed = await retryWhileUnavailable(read, PATIENCE_MS).catch((error: unknown) => {
    getLog().warn({ err: error }, "what a client has missed could not be read");
    return undefined;
  });
  if (!missed) mailbox.putReload();
  for (const event of missed ?? []) mailbox.put(event);
}

function toText(
  { upstream, now }: LibraryStreamServices,
  { origin }: LibraryClient,
  event: LibraryEvent | "reload",
): string {
  if (event === "reload") return `event: reload\nid: ${now()}\ndata: {}\n\n`;
  const { type, id, at } = event;
  const data =
    type === "deleted"
      ? { id, click: event.click }
      : toGeneration(event.record, { upstream, origin, share: event.share });
  return `event: ${type}\nid: ${at}\ndata: ${JSON.stringify(data)}\n\n`;
}
