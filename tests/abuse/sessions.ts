import { findCookie, login, readCookie, readRun, secrets, visit } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer } from "./client.ts";
import type { Lab } from "./labs.ts";
import type { Scene } from "./scene.ts";

const nameOf = (cookie: string) => cookie.slice(0, cookie.indexOf("="));
const sealOf = (cookie: string) => cookie.slice(cookie.indexOf("=") + 1);

/** As a browser keeps them: one by each name, of whatever port they are. */
class Jar {
  readonly cookies = new Map<string, string>();

  take({ headers }: Answer): void {
    for (const [, name = "", value = "", rest = ""] of headers.matchAll(
      /^set-cookie: ([^=\s]+)=([^;\n]*)(.*)$/gim,
    )) {
      if (value === "" || /max-age=0\b/i.test(rest)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async open(lab: Lab, path = "/"): Promise<Answer> {
    const cookie = this.header();
    const answer = await lab.call({ path, headers: cookie ? { cookie } : {} });
    this.take(answer);
    return answer;
  }
}

async function startAs(lab: Lab, jar: Jar): Promise<string> {
  const answer = await lab.submit({ headers: { cookie: jar.header() } });
  jar.take(answer);
  return readRun(answer).id;
}

async function hasRun(lab: Lab, jar: Jar, id: string): Promise<boolean> {
  return (await jar.open(lab, "/api/generations")).text.includes(id);
}

const away = [303, 307];

/** The cookie that the browser had sent with the sign-out. */
async function signOut(lab: Lab): Promise<string> {
  const cookie = readCookie(await lab.call(login(secrets.password)));
  await lab.call({ method: "POST", path: "/logout", headers: { cookie } });
  return cookie;
}

const signedOut: Attempt[] = (
  [
    ["the studio", "/"],
    ["the library", "/api/generations"],
    ["the links", "/api/shares"],
    ["the spend", "/api/spend"],
    ["the ledger", "/ledger"],
    ["the ledger as a file", "/ledger.csv"],
  ] as const
).map(([name, path]) => ({
  name: `a cookie from before the sign-out opens ${name}`,
  harmless: away,
  async run(scene: Scene) {
    const lab = await scene.lab("shut");
    const cookie = await signOut(lab);
    return lab.call({ path, headers: { cookie } });
  },
}));

const twice: Attempt[] = [
  ["before", (own: string, planted: string) => `${planted}; ${own}`],
  ["behind", (own: string, planted: string) => `${own}; ${planted}`],
].map(([place, join]) => ({
  name: `a session of the attacker's that a neighbour planted ${place} the victim's, on https`,
  harmless: [200],
  async run(scene: Scene) {
    const lab = await scene.lab("https");
    const attacker = await visit(lab);
    const { id } = readRun(await lab.submit({ headers: { cookie: attacker } }));
    // A neighbour of the same site may set any name but those that begin so.
    const planted = `${nameOf(attacker).replace(/^__Host-/, "")}=${sealOf(attacker)}`;
    const cookie = (join as (own: string, planted: string) => string)(lab.cookie, planted);
    const answer = await lab.call({ path: "/api/generations", headers: { cookie } });
    const isPlanted = answer.text.includes(id);
    return isPlanted ? { ...answer, status: 500, text: "the planted session was taken" } : answer;
  },
}));

const kept: Attempt[] = [
  {
    name: "a session on https whose name a neighbour could set",
    harmless: [200],
    run: async (scene) => (await scene.lab("https")).call({ path: "/" }),
    check: ([answer]) => {
      const cookie = findCookie(answer?.headers ?? "") ?? "";
      return cookie.startsWith("__Host-") ? undefined : `it is named ${nameOf(cookie)}`;
    },
  },
  ...(["", "; path=/"] as const).map(
    (rest): Attempt => ({
      name: `a planted session alone${rest && " and with an attribute"}, on https`,
      harmless: [200],
      async run(scene) {
        const lab = await scene.lab("https");
        const attacker = await visit(lab);
        const { id } = readRun(await lab.submit({ headers: { cookie: attacker } }));
        const cookie = `${nameOf(attacker).replace(/^__Host-/, "")}=${sealOf(attacker)}${rest}`;
        const answer = await lab.call({ path: "/api/generations", headers: { cookie } });
        return answer.text.includes(id)
          ? { ...answer, status: 500, text: "the planted session was taken" }
          : answer;
      },
    }),
  ),
  {
    name: "a cookie that can't be opened is lost to a new owner",
    harmless: [200],
    async run(scene) {
      const lab = await scene.lab("open");
      const jar = new Jar();
      await jar.open(lab);
      const [name = "", value = ""] = [...jar.cookies][0] ?? [];
      // As another secret would have sealed it.
      const foreign = value.replace(/[a-z0-9]{12}(?=\*[^*]*$)/i, "0123456789ab");
      jar.cookies.set(name, foreign);
      const answer = await jar.open(lab);
      return [...jar.cookies.values()].includes(foreign)
        ? answer
        : { ...answer, status: 500, text: "the browser has lost what it had" };
    },
  },
  {
    name: "another instance on this host takes the library of the first",
    harmless: [200],
    async run(scene) {
      const first = await scene.lab("open");
      const second = await scene.lab("local");
      await second.restart({
        SESSION_SECRET: "another secret than the first one has, and as long",
      });
      const jar = new Jar();
      await jar.open(first);
      const id = await startAs(first, jar);
      await jar.open(second);
      await jar.open(first);
      return (await hasRun(first, jar, id))
        ? []
        : { status: 500, headers: "", text: "the library is gone" };
    },
  },
  {
    name: "a secret that is changed and changed back takes the library",
    async run(scene) {
      const lab = await scene.lab("open");
      const jar = new Jar();
      await jar.open(lab);
      const id = await startAs(lab, jar);
      await lab.restart({ SESSION_SECRET: "a secret that was set by mistake, for an hour or two" });
      await jar.open(lab);
      await lab.restart();
      await jar.open(lab);
      return (await hasRun(lab, jar, id))
        ? []
        : { status: 500, headers: "", text: "the library is gone" };
    },
  },
  {
    name: "a secret that is rotated, the old one kept in the list, takes the library",
    async run(scene) {
      const lab = await scene.lab("open");
      const jar = new Jar();
      await jar.open(lab);
      const id = await startAs(lab, jar);
      // The list is separated by commas, so none may be in a secret.
      const fresh = "a fresh secret of this year which is long enough for anyone";
      await lab.restart({ SESSION_SECRET: `${fresh},${secrets.session}` });
      const isKept = (await hasRun(lab, jar, id)) && (await jar.open(lab)).status === 200;
      // By then the browser has been here, and the old one may go.
      await lab.restart({ SESSION_SECRET: fresh });
      return isKept && (await hasRun(lab, jar, id))
        ? []
        : { status: 500, headers: "", text: "the library is gone" };
    },
  },
  {
    name: "a session that was sealed with a secret no longer on the list",
    async run(scene) {
      const lab = await scene.lab("open");
      await lab.restart();
      const old = await visit(lab);
      const { id } = readRun(await lab.submit({ headers: { cookie: old } }));
      await lab.restart({
        SESSION_SECRET: "a secret after the old one was stolen, as it should be",
      });
      return lab.call({ path: `/api/generations/${id}`, headers: { cookie: old } });
    },
  },
];

export const sessions: Theme = { title: "sessions", attempts: [...signedOut, ...twice, ...kept] };
