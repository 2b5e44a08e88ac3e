import "server-only";
import { AppError } from "@/lib/problems";

/** Who holds a stream. */
export type Holder = {
  session: string;
  owner: string;
  /** Where callers can be told apart. */
  network?: string;
};

/** How many streams are open at once, and whose. */
export type StreamPlaces = {
  /**
   * Takes a place and returns how to leave it. A session that has too many loses its oldest one, by `end`. Throws
   * `server_busy` when its owner, its network or this server has too many.
   */
  take(holder: Holder, end: () => void): () => void;
};

// A browser holds one. A second one comes when a line broke and the server has not noticed yet.
const MOST_OF_SESSION = 8;
// Everyone who knows the access password is one owner, and behind one address there may be an office.
const MOST_OF_OWNER = 500;
const MOST_OF_NETWORK = 200;
const MOST = 2_000;

type Place = { holder: Holder; end(): void };

export function openStreamPlaces(): StreamPlaces {
  // In the order in which they were taken.
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
    take(holder, end) {
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
  };
}
