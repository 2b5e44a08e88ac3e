/** For a picture that nobody knows yet: each holds for most of them. */
export const promptExamples = [
  "[Push in] A breeze stirs everything that is light",
  "[Truck left, Pan right] A slow half circle around it",
  "[Static shot] They look up, smile, and wave",
] as const;
