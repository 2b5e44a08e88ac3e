/** MiniMax's published limits. fal's schemas do not contain them, so they are checked before anything is sent. */
export const MAX_PROMPT_LENGTH = 2000;
export const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
/** The short side must be longer than this, in pixels. */
export const SHORT_SIDE_FLOOR = 300;
/** The longer side divided by the shorter one. */
export const MAX_ASPECT_RATIO = 5 / 2;
/**
 * For file dialogs. The extensions are listed because some dialogs do not treat a phone's own formats as pictures. From
 * a video, the studio takes the first frame, and the settings if this app made the video.
 */
export const PICTURE_TYPES = "image/*,.heic,.heif,video/mp4,.mp4";
