import "server-only";

// What a copied password brings along at its ends: spaces of every kind, line ends, and characters that nobody sees.
const STRAY = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;

/**
 * The one form in which passwords are compared, because keyboards write one password in several: Unicode's NFKC, without
 * what is stray at its ends. What consists of nothing else stays as it is.
 */
export function toPasswordForm(password: string): string {
  return password.toWellFormed().normalize("NFKC").replace(STRAY, "") || password;
}
