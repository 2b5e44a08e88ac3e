/** Returns the web address in a text that contains nothing else, or `undefined`. */
export function readLink(text: string): URL | undefined {
  // A list of addresses may begin with a comment.
  const [line = ""] = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
  if (!/^https?:\/\/\S+$/i.test(line)) return undefined;
  return URL.parse(line) ?? undefined;
}

/** Returns the name of the file, as far as its address tells. */
export function nameFile({ pathname, host }: URL): string {
  const last = pathname.split("/").at(-1) || host;
  try {
    return decodeURIComponent(last);
  } catch {
    // A percent sign that encodes nothing is part of the name.
    return last;
  }
}
