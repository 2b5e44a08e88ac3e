import { readFile } from "node:fs/promises";
import { join } from "node:path";

export type Delivery = {
  /** The name of the file in this folder. */
  name: string;
  /** The type with which it is stored for download. */
  type: string;
  /** What the server does with it. A repacked or converted file is also stored as delivered. */
  kept: "as it came" | "repacked" | "converted";
  /** Browsers cannot play it, and it has no first frame for a poster. */
  isUndecodable?: boolean;
  change?: (bytes: Buffer) => Buffer;
};

const mp4 = "video/mp4";
const webm = "video/webm";
const quickTime = "video/quicktime";

export const deliveries: readonly Delivery[] = [
  { name: "plain.mp4", type: mp4, kept: "as it came" },
  { name: "mp3.mp4", type: mp4, kept: "as it came" },
  { name: "full-range.mp4", type: mp4, kept: "as it came" },
  { name: "plain.mp4 with bytes behind it", type: mp4, kept: "as it came", change: trail },
  { name: "plain.mp4 with zeros behind it", type: mp4, kept: "as it came", change: padZeros },
  {
    name: "plain.mp4 whose frames reach to the end",
    type: mp4,
    kept: "as it came",
    change: open("mdat"),
  },
  { name: "plain.mp4 whose frames claim more", type: mp4, kept: "as it came", change: claimMore },
  { name: "index-at-end.mp4", type: mp4, kept: "repacked" },
  {
    name: "index-at-end.mp4 with an index that reaches to the end",
    type: mp4,
    kept: "repacked",
    change: open("moov"),
  },
  { name: "index-at-end.mp4 with bytes behind it", type: mp4, kept: "repacked", change: trail },
  { name: "fragmented.mp4", type: mp4, kept: "repacked" },
  { name: "quicktime.mov", type: quickTime, kept: "repacked" },
  { name: "h264.mkv", type: "video/x-matroska", kept: "repacked" },
  { name: "transport.m2ts", type: "video/mp2t", kept: "repacked" },
  { name: "pcm.mov", type: quickTime, kept: "converted" },
  { name: "vp9.webm", type: webm, kept: "converted" },
  { name: "vp9-10bit.webm", type: webm, kept: "converted" },
  { name: "vp8-silent.webm", type: webm, kept: "converted" },
  { name: "av1.webm", type: webm, kept: "converted" },
  { name: "alpha.webm", type: webm, kept: "converted" },
  { name: "odd-sides.webm", type: webm, kept: "converted" },
  { name: "vp9.mp4", type: mp4, kept: "converted" },
  { name: "av1-10bit.mp4", type: mp4, kept: "converted" },
  { name: "hevc.mp4", type: mp4, kept: "converted" },
  { name: "hevc-10bit.mp4", type: mp4, kept: "converted" },
  { name: "hevc-444-10bit.mp4", type: mp4, kept: "converted" },
  { name: "h264-10bit.mp4", type: mp4, kept: "converted" },
  { name: "h264-422-flac.mp4", type: mp4, kept: "converted" },
  { name: "h264-444-index-at-end.mp4", type: mp4, kept: "converted" },
  { name: "odd-sides.mp4", type: mp4, kept: "converted" },
  { name: "full-range-444.mp4", type: mp4, kept: "converted" },
  // Its sound cannot be decoded here. Browsers play it as delivered.
  { name: "vp8.webm", type: webm, kept: "as it came" },
  { name: "mpeg4.mp4", type: mp4, kept: "as it came", isUndecodable: true },
  { name: "prores.mov", type: quickTime, kept: "as it came", isUndecodable: true },
  {
    name: "quicktime.mov without a brand",
    type: quickTime,
    kept: "as it came",
    isUndecodable: true,
    change: (bytes) => bytes.subarray(bytes.readUInt32BE(0)),
  },
  { name: "mpeg4.avi", type: "video/x-msvideo", kept: "as it came", isUndecodable: true },
  { name: "flash.flv", type: "video/x-flv", kept: "as it came", isUndecodable: true },
  { name: "theora.ogv", type: "video/ogg", kept: "as it came", isUndecodable: true },
  { name: "program.mpg", type: "video/mpeg", kept: "as it came", isUndecodable: true },
  { name: "animation.gif", type: "image/gif", kept: "as it came", isUndecodable: true },
];

export function requireDelivery(name: string): Delivery {
  const delivery = deliveries.find((delivery) => delivery.name === name);
  if (!delivery) throw new Error(`There is no delivery ${name}`);
  return delivery;
}

export async function readDelivery({ name, change }: Delivery): Promise<Buffer> {
  const [file = ""] = name.split(" ");
  const bytes = await readFile(join(import.meta.dirname, file));
  return change ? change(Buffer.from(bytes)) : bytes;
}

function trail(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from("<!-- Cached 2026 -->")]);
}

function padZeros(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(4096)]);
}

/** A box of size 0 extends to the end of the file. */
function open(type: string): (bytes: Buffer) => Buffer {
  return (bytes) => {
    bytes.writeUInt32BE(0, bytes.indexOf(type) - 4);
    return bytes;
  };
}

function claimMore(bytes: Buffer): Buffer {
  const at = bytes.indexOf("mdat") - 4;
  bytes.writeUInt32BE(bytes.readUInt32BE(at) + 1000, at);
  return bytes;
}
