// `npm start`: builds if there is no build of these sources, and becomes the server. One process, so that a signal to
// npm reaches the server and nothing is left behind.
import "./require-node.js";

const { buildIfStale } = await import("./build/build.ts");
const exitCode = await buildIfStale();
if (exitCode === 0) await import("../server.js");
else process.exitCode = exitCode;
