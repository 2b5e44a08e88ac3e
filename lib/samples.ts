/** Pictures for a first visit, each with a video that the local fal made of it: `public/samples`. */
export const sampleNames = ["coffee", "rocket", "hills"] as const;

export type SampleName = (typeof sampleNames)[number];

/** The picture to begin with, and a small copy and a short video to show. */
export function sampleFiles(name: SampleName) {
  const at = `/samples/${name}`;
  return { picture: `${at}.jpg`, thumbnail: `${at}.webp`, video: `${at}.mp4` };
}
