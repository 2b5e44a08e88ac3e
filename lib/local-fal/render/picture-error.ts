export type PictureErrorCode = "image_load_error" | "image_too_small";

export type PictureErrorContext = { minWidth: number; minHeight: number };

const messages: Record<PictureErrorCode, string> = {
  image_load_error: "The image can't be read.",
  image_too_small: "The image is too small.",
};

/**
 * The picture at `path` cannot be used; the renderer did not fail. `code` is fal's error type, and the status is 422.
 */
export class PictureError extends Error {
  override name = "PictureError";
  readonly code: PictureErrorCode;
  readonly path: string;
  readonly context: PictureErrorContext | undefined;

  constructor(
    code: PictureErrorCode,
    path: string,
    context?: PictureErrorContext,
    options?: ErrorOptions,
  ) {
    super(messages[code], options);
    this.code = code;
    this.path = path;
    this.context = context;
  }
}
