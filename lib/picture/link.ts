/** The address that a text is, when it is one of the web and nothing else. */
export function readLink(text: string): URL | undefined {
  // A list of addresses may begin with a comment.
  const [line = ""] = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
  if (!/^https?:\/\/\S+$/i.test(line)) return undefined;
  return URL.parse(line) ?? undefined;
}

/** The file's name, as far as its address tells. */
export function nameFile({ pathname, host }: URL): string {
  const last = pathname.split("/").at(-1) || host;
  try {
    return decodeURIComponent(last);
  } catch {
    // A lone percent sign is a letter of the name.
    return last;
  }
}
