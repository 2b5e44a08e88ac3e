/**
 * Returns whether `value` is an error of that name. An error class calls it for `instanceof`: the server's start and each
 * of its routes are bundled apart, so one class exists several times, and a part catches what another part throws.
 */
export function isErrorNamed(value: unknown, name: string): boolean {
  return value instanceof Error && value.name === name;
}
