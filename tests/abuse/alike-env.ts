export const PLACES_OF_ONE = 2;
export const MEGABYTES_OF_ONE = 1;

/** The settings of a server that can't tell strangers apart: they come through a proxy that it was not told of. */
export const alikeEnv = {
  TRUST_PROXY: "",
  WAITING_PER_OWNER: String(PLACES_OF_ONE),
  UPLOAD_MB_PER_DAY: String(MEGABYTES_OF_ONE),
};
