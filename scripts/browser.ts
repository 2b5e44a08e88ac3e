/**
 * Finds or downloads a browser for the end-to-end tests: `node scripts/browser.ts` prints its path. If `CHROMIUM_PATH`
 * is set, no other browser is tried.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { chromium } from "playwright";
import { canInstallPackages, installPackages } from "./debian.ts";

export type Say = (line: string) => void;

const isRoot = process.getuid?.() === 0;

// In each window, Chromium loads two invisible pages for its address field, which costs half a second of a core in
// every test. If two lists switch features off, only the last applies, so ours repeats Playwright's.
const featuresOff = [
  ...["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"],
  ...["AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"],
  ...["DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades"],
  ...["LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"],
  ...["PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning"],
];

/**
 * Arguments with which Chromium starts as root in a container, stays off the network, and behaves the same everywhere.
 */
export const browserArgs = [
  ...(isRoot ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${featuresOff.join(",")}`,
  // The product works offline, so only the app's own name resolves.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
];

/** Returns the path of a browser that starts and plays H.264. Throws with advice if there is none. */
export async function requireBrowser(say: Say): Promise<string> {
  for (const source of sources) {
    for (const path of source(say)) {
      const problem = await findBrowserProblem(path);
      if (!problem) {
        say(`Using ${path}`);
        return path;
      }
      say(`${path} can't be used: ${problem}`);
    }
  }
  throw new Error(
    "No browser for the end-to-end tests. Install Chromium or Google Chrome (Debian: apt-get install chromium; " +
      "macOS: brew install --cask google-chrome; Windows: winget install Google.Chrome), " +
      "or set CHROMIUM_PATH to one that plays H.264.",
  );
}

/** Returns the paths of Chromium and Chrome on this machine, the preferred one first. */
export function findInstalledBrowsers(): string[] {
  const named = process.env.CHROMIUM_PATH;
  if (named) return [resolve(named)];
  return [...new Set([...pathCandidates(), ...usualPlaces()])].filter(isExecutable);
}

const sources: ((say: Say) => string[])[] = [
  (say) => {
    say("Looking for an installed Chromium or Chrome");
    return findInstalledBrowsers();
  },
  (say) => (process.env.CHROMIUM_PATH ? [] : downloadPlaywrightBrowser(say)),
  (say) => (process.env.CHROMIUM_PATH ? [] : installDebianPackage(say)),
];

function pathCandidates(): string[] {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  const suffix = process.platform === "win32" ? ".exe" : "";
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
}

function usualPlaces(): string[] {
  if (process.platform === "darwin") {
    return ["/", homedir()].flatMap((base) => [
      join(base, "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
      join(base, "Applications/Chromium.app/Contents/MacOS/Chromium"),
    ]);
  }
  if (process.platform === "win32") {
    const { PROGRAMFILES, LOCALAPPDATA } = process.env;
    return [PROGRAMFILES, process.env["PROGRAMFILES(X86)"], LOCALAPPDATA].flatMap((base) =>
      base
        ? [
            join(base, "Google/Chrome/Application/chrome.exe"),
            join(base, "Chromium/Application/chrome.exe"),
          ]
        : [],
    );
  }
  return ["/usr/bin/chromium", "/opt/google/chrome/chrome", "/snap/bin/chromium"];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Missing or not executable: the caller treats both alike.
  }
}

function downloadPlaywrightBrowser(say: Say): string[] {
  const path = chromium.executablePath();
  if (existsSync(path)) return [path];
  say("None works. Downloading Playwright's own Chromium (about 170 MB)");
  const isDownloaded = run("playwright", ["install", "chromium"], {
    PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "15000",
  });
  if (isDownloaded && existsSync(path)) return [path];
  say("The download failed");
  return [];
}

function installDebianPackage(say: Say): string[] {
  if (!canInstallPackages()) return [];
  say("Installing Debian's chromium package");
  if (installPackages(["chromium"])) return findInstalledBrowsers();
  say("The installation failed");
  return [];
}

function run(command: string, args: string[], env: Record<string, string>): boolean {
  const bin = resolve(import.meta.dirname, "../node_modules/.bin");
  const { status } = spawnSync(command, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PATH: bin + delimiter + process.env.PATH, ...env },
    shell: process.platform === "win32",
  });
  return status === 0;
}

// Checks every candidate: Ubuntu's chromium-browser may be a stub that starts nothing, a downloaded browser may lack
// system libraries, and a Chromium without the proprietary codecs (Playwright's on some platforms) starts but cannot
// play the videos of the tests.
async function findBrowserProblem(path: string): Promise<string | undefined> {
  try {
    const browser = await chromium.launch({
      executablePath: path,
      args: browserArgs,
      timeout: 30_000,
    });
    try {
      const page = await browser.newPage();
      const answer = await page.evaluate(() =>
        document.createElement("video").canPlayType('video/mp4; codecs="avc1.640020"'),
      );
      return answer === "probably" ? undefined : "it does not play H.264";
    } finally {
      await browser.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
  }
}

if (import.meta.main) {
  try {
    console.log(await requireBrowser((line) => console.error(line)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
