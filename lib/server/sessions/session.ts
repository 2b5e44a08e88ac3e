import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/problems";
import { getEnv } from "../env";
import { toPasswordForm } from "../secrets/password-form";
import { isRevoked } from "./revoked-sessions";

/** What the sealed cookie of a browser holds. */
export type Session = {
  /** A sign-out revokes this id. */
  id: string;
  owner?: string;
  /** The fingerprint of the access password that this browser gave. */
  access?: string;
  /** The fal key that this browser brought along. */
  ownKey?: string;
};

/** Everyone who knows the access password uses one library, and this is its owner. */
export const EVERYONE = "everyone";

export function newSession(): Session {
  return { id: crypto.randomUUID() };
}

/** Returns the owner of a session. Throws `signed_out` if this server asks for a password that the session does not have. */
export function ownerOf(session: Session | undefined): string | undefined {
  const { ACCESS_PASSWORD } = getEnv();
  if (ACCESS_PASSWORD === undefined) return session?.owner;
  if (!session || !hasAccess(session)) throw new AppError("signed_out");
  return EVERYONE;
}

/** A session stores the fingerprint of its password, so a changed password signs everybody out. */
export function hasAccess({ access }: Session): boolean {
  const { ACCESS_PASSWORD } = getEnv();
  return ACCESS_PASSWORD === undefined || access === fingerprint(ACCESS_PASSWORD);
}

export function isAccessPassword(password: string): boolean {
  const { ACCESS_PASSWORD } = getEnv();
  const comparable = (text: string) => Buffer.from(fingerprint(toPasswordForm(text)));
  return (
    ACCESS_PASSWORD !== undefined &&
    timingSafeEqual(comparable(password), comparable(ACCESS_PASSWORD))
  );
}

export function isUsable(session: Session | undefined): session is Session {
  return session !== undefined && !isRevoked(session.id);
}

export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
