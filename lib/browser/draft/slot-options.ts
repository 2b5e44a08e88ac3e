import type { VideoSettings } from "@/lib/video/settings-box";
import type { SlotEvent } from "./slot-state";

export type SlotOptions = {
  /** What the model calls it. */
  field: "image_url" | "end_image_url";
  change: (event: SlotEvent) => void;
  /** Called with what a dropped video says of itself. Without it, a video is no picture. */
  onSettings?: (settings: VideoSettings) => void;
};
