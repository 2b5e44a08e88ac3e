import type { ReactNode } from "react";

type FrameProps = { width: number; height: number; children: ReactNode };

/**
 * The largest box of the picture's shape that fits the stage. Picture and video both fill it, so the video,
 * whose even sides round the shape by a pixel, begins exactly where the picture stands.
 */
export function Frame({ width, height, children }: FrameProps) {
  const ratio = width / height;
  return (
    <div
      className="relative overflow-hidden"
      style={{ aspectRatio: ratio, width: `min(100cqw, 100cqh * ${ratio})` }}
    >
      {children}
    </div>
  );
}
