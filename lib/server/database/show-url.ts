import "server-only";

/** Shows the address of a database without its password, also if the password is not encoded as an address needs it. */
export function showDatabaseUrl(url: string): string {
  if (url.startsWith("file:")) return url;
  // The password may contain @, / or ?, so everything between the first colon and the last @ counts as a part of it.
  return url
    .replace(/:\/\/([^:@/]*):.*@/s, "://$1:…@")
    .replace(/([?&][\w-]*(?:password|sslkey|sslcert)[\w-]*=)[^&]*/gi, "$1…");
}

/** Says that the password has characters that an address cannot hold as they are; `undefined` if it has none. */
export function adviseOnPassword(url: string): string | undefined {
  const password = /^postgres(?:ql)?:\/\/[^:@/]*:(.*)@/s.exec(url)?.[1];
  if (password === undefined) return undefined;
  const isEncoded = /^(?:[^@/?#:%\s]|%[\da-f]{2})*$/i.test(password);
  return isEncoded
    ? undefined
    : "The password has characters that must be encoded in an address: @ is %40, / is %2F, : is %3A, ? is %3F, # is %23, % is %25.";
}
