import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { canInstallPackages, installPackages } from "../../scripts/debian.ts";
import { Missing } from "./driver.ts";

/** Returns the path of the first of these programs that is installed. */
export function findProgram(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return names
    .flatMap((name) => (name.includes("/") ? [name] : folders.map((folder) => join(folder, name))))
    .find(isExecutable);
}

/** Installs the packages if possible, and returns what `find` finds afterwards. */
export function requirePackages<Found>(
  find: () => Found | undefined,
  browser: string,
  packages: readonly string[],
  say: (line: string) => void,
): Found {
  const advice = `Debian: apt-get install ${packages.join(" ")}`;
  if (!canInstallPackages()) throw new Missing(`${browser} is not installed (${advice})`);
  say(`Installing Debian's packages for ${browser}`);
  installPackages(packages);
  const found = find();
  if (!found) throw new Missing(`${browser} could not be installed (${advice})`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
