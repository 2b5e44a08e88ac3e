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

/** Returns the first web address in a text, or `undefined`. */
export function findLink(text: string): URL | undefined {
  const whole = readLink(text);
  if (whole) return whole;
  const [found = ""] = /https?:\/\/[^\s<>"'`，。！？；：（）【】《》、“”‘’]+/i.exec(text) ?? [];
  return URL.parse(withoutPunctuation(found)) ?? undefined;
}

// Removes the punctuation of the sentence around an address. A closing bracket stays if the address also has the
// opening one.
function withoutPunctuation(link: string): string {
  let end = link.length;
  while (isPunctuation(link.charAt(end - 1), link)) end--;
  return link.slice(0, end);
}

function isPunctuation(letter: string, link: string): boolean {
  if (letter === ")") return !link.includes("(");
  if (letter === "]") return !link.includes("[");
  return letter !== "" && ".,;:!?*_…".includes(letter);
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
