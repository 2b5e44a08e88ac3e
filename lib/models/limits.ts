/** MiniMax's published limits; fal's schemas name none, so these are kept before anything is sent. */
export const MAX_PROMPT_LENGTH = 2000;
export const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
/** The short side must be over this. */
export const SHORT_SIDE_FLOOR = 300;
/** Width over height, both ways. */
export const MAX_ASPECT_RATIO = 5 / 2;
/**
 * For file dialogs, some of which do not count a phone's own formats among the pictures. A video gives its first frame,
 * and what it was made with when it was made here.
 */
export const PICTURE_TYPES = "image/*,.heic,.heif,video/mp4,.mp4";
