/** For a picture that nobody knows yet: each holds for most of them. */
export const promptExamples = [
  "[Push in] A breeze comes up, and everything light begins to move",
  "[Truck left, Pan right] A slow half circle around it, in warm evening light",
  "[Static shot] They look up, smile, and wave",
] as const;
