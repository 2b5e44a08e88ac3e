import { Button } from "@/components/ui/button";
import type { Draft } from "@/lib/draft";
import { formatBytes } from "@/lib/format";
import { StatusBar } from "./status-bar";

type DraftBarProps = {
  draft: Draft;
  onChoose: () => void;
  onRemove: () => void;
};

/** The line under the stage while a picture waits to be sent. */
export function DraftBar({ draft, onChoose, onRemove }: DraftBarProps) {
  const { picture, checking } = draft;
  if (!picture) {
    const state = checking ? `Looking at ${checking}` : "No picture yet";
    return (
      <StatusBar
        state={state}
        detail="Any picture: JPEG, HEIC, PNG, WebP, AVIF, GIF · or a video made here"
      />
    );
  }

  const { name, bytes, preview, notes } = picture;
  const facts = [`${preview.width} × ${preview.height}`, bytes && formatBytes(bytes), ...notes]
    .filter(Boolean)
    .join(" · ");
  return (
    <StatusBar
      state={checking ? `Looking at ${checking}` : nameUpload(draft)}
      detail={`${name} · ${facts}`}
    >
      <Button kind="quiet" onClick={onRemove}>
        Remove
      </Button>
      <Button onClick={onChoose}>Replace</Button>
    </StatusBar>
  );
}

function nameUpload({ picture }: Draft): string {
  switch (picture?.upload.status) {
    case "sending":
      return "Uploading";
    case "failed":
      return "Not uploaded";
    default:
      return "Picture ready";
  }
}
