import { type Model, models } from "./catalogue.ts";

export type { Model, Price, Settings } from "./catalogue.ts";
export { models } from "./catalogue.ts";

export const imageToVideo = requireModel("fal-ai/minimax-video/image-to-video");
export const textToVideo = requireModel("fal-ai/minimax-video");

export function findModel(endpointId: string): Model | undefined {
  return models.find(({ id, aliases }) => id === endpointId || aliases.includes(endpointId));
}

/** fal addresses a request by `owner/app` only and drops the rest of the endpoint id. */
export function appOf(endpointId: string): string {
  return endpointId.split("/").slice(0, 2).join("/");
}

function requireModel(id: string): Model {
  const model = findModel(id);
  if (!model) throw new Error(`${id} is not in the catalogue`);
  return model;
}
