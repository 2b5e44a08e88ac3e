/** The plural forms of a language. Chinese has only "other", while Polish also has "few" and "many". */
export type Counted = { readonly [Form in Intl.LDMLPluralRule]?: string } & {
  readonly other: string;
};

/** The shape of a translation: the keys of the source, with any text. */
export type Translated<Source> = Source extends string
  ? string
  : Source extends Counted
    ? Counted
    : Source extends readonly unknown[]
      ? { readonly [Key in keyof Source]: Translated<Source[Key]> }
      : { readonly [Key in keyof Source]: Translated<Source[Key]> };
