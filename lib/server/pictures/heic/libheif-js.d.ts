// What we use of the package, which brings no types for this entry.
declare module "libheif-js/wasm-bundle.js" {
  namespace libheif {
    type Handle = object;
    type Target = { data: Uint8ClampedArray; width: number; height: number };
    type Image = {
      handle: Handle;
      get_width(): number;
      get_height(): number;
      display(target: Target, done: (shown: Target | null) => void): void;
    };
    /** `channels` is absent for what can't be decoded. */
    type Decoded = {
      width: number;
      height: number;
      channels?: { stride: number; data: Uint8Array }[];
    };
  }
  const libheif: {
    HeifDecoder: new () => { decode(bytes: Uint8Array): libheif.Image[] };
    heif_colorspace_RGB: object;
    heif_chroma_interleaved_RRGGBBAA_LE: object;
    heif_js_decode_image2(handle: libheif.Handle, space: object, chroma: object): libheif.Decoded;
  };
  export = libheif;
}
