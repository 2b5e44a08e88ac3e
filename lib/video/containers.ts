// The containers that models deliver: the type that is served, and the extension.
const extensions: Record<string, string> = {
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "video/x-matroska": "mkv",
  "video/mp2t": "ts",
  "video/mpeg": "mpg",
  "video/x-msvideo": "avi",
  "video/x-flv": "flv",
  "video/x-ms-asf": "wmv",
  "video/ogg": "ogv",
  "image/gif": "gif",
  "image/webp": "webp",
};

/** Returns the type with which a file may be served, and its extension. Other recorded types are served as MP4. */
export function servedAs(contentType = "video/mp4"): { contentType: string; extension: string } {
  const extension = extensions[contentType];
  return extension === undefined
    ? { contentType: "video/mp4", extension: "mp4" }
    : { contentType, extension };
}

type Start = { bytes: Uint8Array; text: string };

const signatures: readonly (readonly [contentType: string, isOne: (start: Start) => boolean])[] = [
  // QuickTime from before `ftyp` existed.
  ["video/quicktime", ({ text }) => /^....(moov|mdat|wide|pnot|skip|free)/s.test(text)],
  ["video/x-msvideo", ({ text }) => /^RIFF....AVI /s.test(text)],
  ["image/webp", ({ text }) => /^RIFF....WEBP/s.test(text) && text.includes("ANIM")],
  ["video/x-flv", ({ text }) => text.startsWith("FLV")],
  ["video/x-ms-asf", ({ bytes }) => startsWith(bytes, 0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66)],
  ["video/ogg", ({ text }) => text.startsWith("OggS") && /theora|video/.test(text)],
  // A program stream, or a bare video stream of one.
  ["video/mpeg", ({ bytes }) => [0xba, 0xb3].some((code) => startsWith(bytes, 0, 0, 1, code))],
  ["image/gif", ({ text }) => /^GIF8[79]a/.test(text)],
];

/** Returns the type of a video that nothing here reads, by its first bytes, or `undefined` if it is not a video. */
export function nameContainer(start: Uint8Array): string | undefined {
  const bytes = start.subarray(0, 256);
  const text = String.fromCharCode(...bytes);
  return signatures.find(([, isOne]) => isOne({ bytes, text }))?.[0];
}

function startsWith(bytes: Uint8Array, ...signature: number[]): boolean {
  return signature.every((byte, n) => bytes[n] === byte);
}
