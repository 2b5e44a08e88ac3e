/** Words for one and for many, by the plural rules of their language: Chinese has "other" alone. */
export type Counted = { readonly one?: string; readonly other: string };

/** The shape of a translation: the source's keys, with any text. */
export type Translated<Source> = Source extends string
  ? string
  : Source extends Counted
    ? Counted
    : Source extends readonly unknown[]
      ? { readonly [Key in keyof Source]: Translated<Source[Key]> }
      : { readonly [Key in keyof Source]: Translated<Source[Key]> };
