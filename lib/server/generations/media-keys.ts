import "server-only";

export function videoKey(id: string): string {
  return `${id}/video.mp4`;
}

export function posterKey(id: string): string {
  return `${id}/poster.jpg`;
}
