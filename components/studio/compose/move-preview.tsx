import type { CameraMove } from "@/lib/browser/prompt/camera-moves";
import styles from "./move-preview.module.css";

/** Hills far away, trees near by and someone between them: enough to tell a push from a zoom. */
export function MovePreview({ move }: { move: CameraMove }) {
  return (
    <svg
      viewBox="0 0 48 32"
      aria-hidden="true"
      className="block aspect-[3/2] w-full overflow-hidden rounded-md bg-stage"
    >
      <g className={styles.scene} data-move={move}>
        <g className={`${styles.far} fill-line-strong`}>
          <circle cx="35" cy="8" r="2.6" fillOpacity=".6" />
          <path d="M-60 22Q-30 9-14 20T12 17 34 19 62 14 110 22V70H-60Z" fillOpacity=".28" />
        </g>
        <g className={`${styles.near} fill-line-strong`}>
          <path d="M-60 25H110V80H-60Z" fillOpacity=".3" />
          <path d="M7 10 11.5 25H2.5ZM43 12 47 25H39ZM-16 9-11 25H-21ZM66 9 71 25H61Z" />
        </g>
        <g className={`${styles.subject} fill-ink group-aria-pressed:fill-accent`}>
          <circle cx="24" cy="13.5" r="2.4" />
          <path d="M20.6 26v-5.5a3.4 3.4 0 0 1 6.8 0V26Z" />
        </g>
      </g>
    </svg>
  );
}
