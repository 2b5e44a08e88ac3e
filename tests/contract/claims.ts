// Assertions for both a browser and Node. The rows are bundled into a page, which cannot load Vitest.

export function claim(isTrue: unknown, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what);
}

export function claimEqual(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value));
  claim(left === right, `${what} is ${left}, not ${right}`);
}

export function claimMatch(actual: unknown, pattern: RegExp, what: string): void {
  claim(pattern.test(String(actual)), `${what} is ${String(actual)}, which is not ${pattern}`);
}

type Kind<T> = new (...args: never[]) => T;

/** Returns the error that the promise rejects with. Throws if it is not of class `kind`. */
export async function claimRejection<T>(promise: Promise<unknown>, kind: Kind<T>): Promise<T> {
  const thrown: unknown = await promise.then(
    (value) => new Error(`nothing was thrown, the answer was ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  claim(thrown instanceof kind, `expected ${kind.name}, not ${toText(thrown)}`);
  return thrown;
}

function toText(thrown: unknown): string {
  const { name, message, status, body } = thrown as Record<string, unknown>;
  return `${name}: ${message} ${status ?? ""} ${JSON.stringify(body) ?? ""}`;
}
