import "server-only";
import { AppError } from "@/lib/problems";

/** The client that holds a stream. */
export type Holder = {
  session: string;
  owner: string;
  /** The caller's network, if the server can distinguish callers. */
  network?: string;
};

/** Limits how many streams are open at once. */
export type StreamPlaces = {
  /**
   * Acquires a place for a stream. Returns a function that releases it. If the session has too many streams, its oldest one
   * is ended by its `end`. Throws `server_busy` if the owner, the network or this server has too many.
   */
  acquire(holder: Holder, end: (last?: string) => void): () => void;
  /** Ends all streams, after a last text. */
  endAll(last: string): void;
  /** How many are acquired now. */
  count(): number;
};

// A browser holds one stream. It opens a second one when a connection broke and the server has not noticed yet.
const MOST_OF_SESSION = 8;
// Everyone who knows the access password is one owner, and an office may use one address.
const MOST_OF_OWNER = 500;
const MOST_OF_NETWORK = 200;
const MOST = 2_000;

type Place = { holder: Holder; end(last?: string): void };

export function openStreamPlaces(): StreamPlaces {
  // In the order in which they were acquired.
  const places = new Set<Place>();

  const placesOf = (isHolder: (holder: Holder) => boolean) =>
    [...places].filter(({ holder }) => isHolder(holder));

  function isFull({ owner, network }: Holder): boolean {
    if (places.size >= MOST) return true;
    if (placesOf((holder) => holder.owner === owner).length >= MOST_OF_OWNER) return true;
    const isNeighbour = (holder: Holder) => holder.network === network;
    return network !== undefined && placesOf(isNeighbour).length >= MOST_OF_NETWORK;
  }

  return {
    acquire(holder, end) {
      const own = placesOf(({ session }) => session === holder.session);
      const [oldest] = own;
      if (oldest && own.length >= MOST_OF_SESSION) {
        places.delete(oldest);
        oldest.end();
      }
      if (isFull(holder)) throw new AppError("server_busy");
      const place = { holder, end };
      places.add(place);
      return () => places.delete(place);
    },
    endAll(last) {
      for (const place of [...places]) place.end(last);
    },
    count: () => places.size,
  };
}
