import "server-only";

/** Returns the folder of the built app. `server.js` names it, because a server can be started in any folder. */
export function appFolder(): string {
  const { firstframeFolder } = globalThis as { firstframeFolder?: string };
  return firstframeFolder ?? process.cwd();
}
