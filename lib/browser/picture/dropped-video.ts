import { readSettings, SETTINGS_TAIL_BYTES, type VideoSettings } from "@/lib/video/settings-box";
import { readFirstFrame } from "../player/frames";

/** `settings` when the video says how it was made. */
export type DroppedVideo = { picture: File; settings?: VideoSettings };

/** What a video brings with it, without reading all of it. Rejects when it can't be shown, or is aborted. */
export async function openVideo(file: File, signal: AbortSignal): Promise<DroppedVideo> {
  const tail = file.slice(Math.max(0, file.size - SETTINGS_TAIL_BYTES));
  const settings = readSettings(new Uint8Array(await tail.arrayBuffer()));
  return { picture: await readFirstFrame(file, signal), settings };
}
