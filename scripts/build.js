// `npm run build`. With --if-stale it keeps a build of the same sources.
import "./require-node.js";

const { build, buildIfStale } = await import("./build/build.ts");
process.exitCode = await (process.argv.includes("--if-stale") ? buildIfStale() : build());
