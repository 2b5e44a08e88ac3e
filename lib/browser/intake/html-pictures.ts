const MOST_TAGS = 50;
// What is smaller is an icon or counts visitors.
const TINY_SIDE = 32;

type Attributes = ReadonlyMap<string, string>;

/** The addresses of the pictures that some HTML shows, those that it shows tiny last. */
export function findPictures(html: string): string[] {
  const tags: Attributes[] = [];
  for (const tag of imageTags(html)) {
    if (tags.push(tag) === MOST_TAGS) break;
  }
  const [tiny, shown] = [tags.filter(isTiny), tags.filter((tag) => !isTiny(tag))];
  return [...shown, ...tiny].flatMap(addressesOf);
}

/** Whether it says anything in letters. */
export function hasWords(html: string): boolean {
  const lower = html.toLowerCase();
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    const text = html.slice(at, open < 0 ? html.length : open);
    if (/\S/.test(decode(text))) return true;
    if (open < 0) return false;
    const [unread] = /^<(!--|style|script|title)/.exec(lower.slice(open, open + 8)) ?? [];
    const closing = unread === "<!--" ? "-->" : unread ? `</${unread.slice(1)}` : ">";
    const close = lower.indexOf(closing, open);
    if (close < 0) return false;
    at = close + 1;
    if (unread && unread !== "<!--") at = lower.indexOf(">", at) + 1 || html.length;
    else if (unread) at = close + closing.length;
  }
  return false;
}

// A comment may hold tags for Word alone, which name files of the computer that it was copied on.
function* imageTags(html: string): Generator<Attributes> {
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at)) {
    if (html.startsWith("<!--", at)) {
      const end = html.indexOf("-->", at);
      if (end < 0) return;
      at = end;
    } else if (/^<img[\s/>]/i.test(html.slice(at, at + 5))) {
      const { attributes, end } = readAttributes(html, at + 4);
      yield attributes;
      at = end;
    } else at++;
  }
}

const separator = /[\s/]/;
const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/y;

function readAttributes(html: string, start: number) {
  const attributes = new Map<string, string>();
  let end = start;
  while (end < html.length && html[end] !== ">") {
    attribute.lastIndex = end;
    const found = separator.test(html.charAt(end)) ? null : attribute.exec(html);
    if (!found) {
      end++;
      continue;
    }
    const [, name = "", ...values] = found;
    const value = values.find((one) => one !== undefined) ?? "";
    // As in a browser, the first of two counts.
    if (!attributes.has(name.toLowerCase())) attributes.set(name.toLowerCase(), decode(value));
    end = attribute.lastIndex;
  }
  return { attributes, end };
}

function isTiny(tag: Attributes): boolean {
  return ["width", "height"].some((side) => {
    const pixels = Number.parseInt(tag.get(side) ?? "", 10);
    return pixels <= TINY_SIDE && !tag.get(side)?.includes("%");
  });
}

function addressesOf(tag: Attributes): string[] {
  return [largestOf(tag.get("srcset") ?? ""), tag.get("src")?.trim()].flatMap((one) => one || []);
}

// What a browser leaves relative to its page leads nowhere from here.
function largestOf(srcset: string): string | undefined {
  const sizes = srcset.split(/,\s+/).map((candidate) => {
    const [address = "", size = "1x"] = candidate.trim().split(/\s+/);
    return { address, size: Number.parseFloat(size) };
  });
  const absolute = sizes.filter(({ address }) => /^(https?:)?\/\//i.test(address));
  return absolute.sort((a, b) => b.size - a.size)[0]?.address;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decode(text: string): string {
  return text
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (_, hex?: string, decimal?: string) => {
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "";
    })
    .replace(/&nbsp;/gi, " ")
    .replace(/&(amp|lt|gt|quot|apos);/gi, (_, name: string) => entities[name.toLowerCase()] ?? "");
}
