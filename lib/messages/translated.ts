/** The forms that a language's plural rules tell apart. Chinese has "other" alone, Polish has "few" and "many", too. */
export type Counted = { readonly [Form in Intl.LDMLPluralRule]?: string } & {
  readonly other: string;
};

/** The shape of a translation: the source's keys, with any text. */
export type Translated<Source> = Source extends string
  ? string
  : Source extends Counted
    ? Counted
    : Source extends readonly unknown[]
      ? { readonly [Key in keyof Source]: Translated<Source[Key]> }
      : { readonly [Key in keyof Source]: Translated<Source[Key]> };
