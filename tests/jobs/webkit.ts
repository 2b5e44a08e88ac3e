import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import type { Readable } from "node:stream";
import {
  Builder,
  By,
  Capabilities,
  Key as Code,
  type WebDriver,
  type WebElement,
} from "selenium-webdriver";
import { findFreePort } from "../ports.ts";
import {
  type BrowserKind,
  CALL_WITHIN_MS,
  type Driver,
  type Evaluate,
  type Key,
  Missing,
  until,
  within,
} from "./driver.ts";
import { findProgram, requirePackages } from "./programs.ts";

// The plugins decode the parts of a video. Without them, WebKitGTK plays nothing.
const packages = [
  ...["webkit2gtk-driver", "xvfb", "gstreamer1.0-libav"],
  ...["gstreamer1.0-plugins-good", "gstreamer1.0-plugins-bad"],
];

/** WebKitGTK's own minimal browser, on a virtual screen. */
export const webkit: BrowserKind = {
  name: "WebKitGTK",
  async launch(say) {
    if (process.platform !== "linux") throw new Missing("WebKitGTK is for Linux only");
    const programs = findPrograms() ?? requirePackages(findPrograms, "WebKitGTK", packages, say);
    const started: ChildProcess[] = [];
    const stop = () => {
      for (const child of started.toReversed()) killGroup(child);
    };
    process.on("exit", stop);
    try {
      const display = await startScreen(programs.xvfb, started);
      const port = await findFreePort("127.0.0.1");
      const env = { ...process.env, DISPLAY: display, LANG: "C.UTF-8", LANGUAGE: "en_US" };
      const args = [`--port=${port}`, "--host=127.0.0.1"];
      started.push(spawn(programs.driver, args, { env, detached: true, stdio: "ignore" }));
      const server = `http://127.0.0.1:${port}`;
      await until("WebKitWebDriver answers", () =>
        fetch(`${server}/status`, { signal: AbortSignal.timeout(CALL_WITHIN_MS) }).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
      const session = await openSession(server, programs.browser);
      await requireH264(session);
      return drive(session, async () => {
        await within(CALL_WITHIN_MS, "WebKitGTK ends", session.quit()).catch(() => {});
        stop();
      });
    } catch (error) {
      stop();
      throw error;
    }
  },
};

type Programs = { driver: string; browser: string; xvfb: string };

function findPrograms(): Programs | undefined {
  const driver = findProgram("WebKitWebDriver");
  const xvfb = findProgram("Xvfb");
  const [browser] = globSync("/usr/lib{,64,exec}/{,*/}webkit2gtk-4.*/MiniBrowser");
  return driver && xvfb && browser ? { driver, browser, xvfb } : undefined;
}

/** Starts a virtual screen with a free number, and returns its name. */
async function startScreen(xvfb: string, started: ChildProcess[]): Promise<string> {
  const args = ["-displayfd", "3", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"];
  const screen = spawn(xvfb, args, {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  started.push(screen);
  const number = once(screen.stdio[3] as Readable, "data");
  const ended = once(screen, "exit").then(() => Promise.reject(new Error("Xvfb ended at once")));
  const [printed] = await within(CALL_WITHIN_MS, "Xvfb starts", Promise.race([number, ended]));
  return `:${String(printed).trim()}`;
}

async function openSession(server: string, binary: string): Promise<WebDriver> {
  const capabilities = new Capabilities({
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary, args: ["--automation", "--geometry=1280x900"] },
  });
  const building = new Builder().usingServer(server).withCapabilities(capabilities).build();
  const session = await within(2 * CALL_WITHIN_MS, "WebKitGTK starts", Promise.resolve(building));
  await session.manage().setTimeouts({ script: CALL_WITHIN_MS, pageLoad: CALL_WITHIN_MS });
  return session;
}

async function requireH264(session: WebDriver): Promise<void> {
  const answer = await session.executeScript(
    `return document.createElement("video").canPlayType('video/mp4; codecs="avc1.640020"')`,
  );
  if (!answer)
    throw new Missing("WebKitGTK plays no H.264 here (Debian: apt-get install gstreamer1.0-libav)");
}

const codes: Record<Exclude<Key, "Shift+Tab">, string> = {
  Tab: Code.TAB,
  Enter: Code.ENTER,
  Escape: Code.ESCAPE,
  Home: Code.HOME,
  End: Code.END,
};

function drive(session: WebDriver, close: () => Promise<void>): Driver {
  const evaluate: Evaluate = async (read, argument) => {
    const answer = (await session.executeAsyncScript(
      `const done = arguments[arguments.length - 1];
       Promise.resolve((${read})(arguments[0])).then(
         (value) => done({ value }),
         (error) => done({ error: String(error) }));`,
      argument ?? null,
    )) as { value: never; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  };
  return {
    open: (url) => session.get(url),
    setFile: async (field, path) => (await findNamed(session, field)).sendKeys(path),
    click: async (name) => (await findNamed(session, name)).click(),
    type: async (field, text) => {
      const found = await findNamed(session, field);
      await found.clear();
      // Only a click or a key gives it focus.
      await (text ? found.sendKeys(text) : found.click());
    },
    press: (key) => {
      const actions = session.actions();
      if (key !== "Shift+Tab") return actions.sendKeys(codes[key]).perform();
      return actions.keyDown(Code.SHIFT).sendKeys(Code.TAB).keyUp(Code.SHIFT).perform();
    },
    write: (text) => session.actions().sendKeys(text).perform(),
    paste: () =>
      session.actions().keyDown(Code.CONTROL).sendKeys("v").keyUp(Code.CONTROL).perform(),
    evaluate,
    evaluateInFrame: async (read, argument) => {
      await session.switchTo().frame(0);
      try {
        return await evaluate(read, argument);
      } finally {
        await session.switchTo().defaultContent();
      }
    },
    screenshot: async () => Buffer.from(await session.takeScreenshot(), "base64"),
    close,
  };
}

const CANDIDATES = "button, a[href], input, textarea, select, summary, [role]";

/** Returns the first element with this accessible name. */
function findNamed(session: WebDriver, name: string): Promise<WebElement> {
  return until(`“${name}” is there`, async () => {
    for (const element of await session.findElements(By.css(CANDIDATES))) {
      // An element that React has replaced meanwhile has no name any more.
      const found = await element.getAccessibleName().catch(() => undefined);
      if (found === name) return element;
    }
    return undefined;
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
