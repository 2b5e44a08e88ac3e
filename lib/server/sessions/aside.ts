import "server-only";
import { cookies, headers } from "next/headers";
import { getLog } from "../log";
import {
  type Asked,
  attributesFor,
  type CookieJar,
  namesFor,
  readAside,
  readCookies,
  writeAside,
} from "./cookies";
import { openSession } from "./open-cookies";

/** Says whether this browser has another library aside, and whether one of this server's secrets opens it. */
export async function findLibraryAside(): Promise<"none" | "closed" | "open"> {
  const aside = readAside({ headers: await headers() });
  if (aside.length === 0) return "none";
  return (await findOpenable(aside)) ? "open" : "closed";
}

/** Opens the library that this browser has aside, and sets the present one aside. */
export async function switchLibrary(request: Request): Promise<void> {
  const { session: name } = namesFor(request);
  const own = readCookies(request)[name];
  const aside = readAside(request);
  const other = await findOpenable(aside);
  if (own === undefined || other === undefined) return;
  const jar = await cookies();
  jar.set(name, other, attributesFor(request));
  // The present library goes to the end, so that several clicks lead through all of them.
  writeAside(request, jar, [...aside.filter((sealed) => sealed !== other), own]);
}

/** Stores a session that cannot be opened beside the new one, so that its library comes back with its secret. */
export function setAside(request: Asked, jar: CookieJar, unreadable: string): void {
  const dropped = writeAside(request, jar, [unreadable, ...readAside(request)]);
  getLog().warn(
    dropped > 0 && { dropped },
    "a browser's session can't be opened, because SESSION_SECRET has changed. Name the earlier secret after the new one to bring its library back",
  );
}

async function findOpenable(aside: readonly string[]): Promise<string | undefined> {
  for (const sealed of aside) if (await openSession(sealed)) return sealed;
  return undefined;
}
