import { Button } from "@/components/ui/button";
import type { Draft } from "@/lib/draft";
import { formatBytes } from "@/lib/format";
import { StatusBar } from "./status-bar";

type DraftBarProps = {
  draft: Draft;
  onChoose: () => void;
  onRemove: () => void;
  /** Brings back the video that was just removed. */
  onUndo?: () => void;
};

/** The line under the stage while a picture waits to be sent. */
export function DraftBar({ draft, onChoose, onRemove, onUndo }: DraftBarProps) {
  const { picture, checking } = draft;
  const undo = onUndo && (
    <Button kind="quiet" onClick={onUndo}>
      Undo remove
    </Button>
  );
  if (!picture) {
    const state = checking ? `Looking at ${checking}` : "No picture yet";
    return (
      <StatusBar state={state} detail="JPEG, PNG or WebP, up to 20 MB">
        {undo}
      </StatusBar>
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
      {undo}
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
