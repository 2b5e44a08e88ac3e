/** Texts for one prompt on several models at once. */
export const compare = {
  several: "Compare models",
  single: "Choose one model",
  models: "Models",
  needsPicture: "Needs a picture",
  none: "Choose at least one model.",
  runs: { one: "{count} video", other: "{count} videos, one from each model" },
  generate: "Generate {count}",
} as const;
