export type ErrorDetail = {
  loc: (string | number)[];
  msg: string;
  type: string;
  url: string;
  ctx?: Record<string, unknown>;
  input?: unknown;
};

/** What a model answers instead of an output: a list of details (or one sentence) and a status. */
export class ModelError extends Error {
  override name = "ModelError";
  readonly detail: ErrorDetail[] | string;
  readonly httpStatus: number;

  constructor(detail: ErrorDetail[] | string, options?: ErrorOptions & { httpStatus?: number }) {
    super(typeof detail === "string" ? detail : detail[0]?.msg, options);
    this.detail = detail;
    this.httpStatus = options?.httpStatus ?? 422;
  }
}

export function toDetail(
  type: string,
  loc: PropertyKey[],
  msg: string,
  more: Pick<ErrorDetail, "ctx" | "input"> = {},
): ErrorDetail {
  return {
    loc: ["body", ...loc.map((part) => (typeof part === "number" ? part : String(part)))],
    msg,
    type,
    url: `https://docs.fal.ai/errors#${type}`,
    ...more,
  };
}
