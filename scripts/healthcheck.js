// Ends with 0 if the server in this container answers. The image has no shell and no curl.
const { PORT = "3000" } = process.env;
try {
  const answer = await fetch(`http://127.0.0.1:${PORT}/api/health`, {
    signal: AbortSignal.timeout(4_000),
  });
  process.exitCode = answer.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
