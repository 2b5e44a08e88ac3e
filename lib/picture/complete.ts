import { viewOf } from "./bytes";
import type { PictureFormat } from "./format";
import { hasAllItems } from "./heif";
import { completeJpeg } from "./jpeg-end";
import { splitParts } from "./parts";
import { completePng } from "./png";

/**
 * Returns the picture in a file without what follows it, and with an end mark. Returns `undefined` if some pixels are
 * missing: browsers draw such a picture with a grey area, and models refuse it.
 */
export async function complete(
  format: PictureFormat,
  bytes: Uint8Array,
): Promise<Uint8Array | undefined> {
  switch (format) {
    case "jpeg":
      return completeJpeg(bytes);
    case "png":
      return completePng(bytes);
    default:
      return isWhole(format, bytes) ? bytes : undefined;
  }
}

function isWhole(format: PictureFormat, bytes: Uint8Array): boolean {
  switch (format) {
    case "webp":
      return splitParts(format, bytes).some(({ name }) => /^(VP8[ L]|ANMF)$/.test(name));
    case "gif":
      // Only the first frame is needed.
      return splitParts(format, bytes).some(({ name }) => name === ",");
    case "avif":
    case "heic":
      return hasAllItems(bytes);
    case "bmp":
      return hasAllRows(bytes);
    default:
      return true;
  }
}

// The file length in the header is often wrong.
function hasAllRows(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  const isOld = view.getUint32(14, true) === 12;
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = isOld ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true));
  const depth = view.getUint16(isOld ? 24 : 28, true);
  const isCompressed = !isOld && [1, 2].includes(view.getUint32(30, true));
  if (isCompressed) return view.getUint32(2, true) <= bytes.length;
  const rowBytes = 4 * Math.ceil((width * depth) / 32);
  return view.getUint32(10, true) + rowBytes * height <= bytes.length;
}
