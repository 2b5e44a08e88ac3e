/** Prints what is set, what follows from it, and what is wrong, without any secret: `npm run doctor`. */
import nextEnv from "@next/env";
import { readProxyEnv } from "../lib/net/outbound-proxy.ts";
import { adviseOnPassword, showDatabaseUrl } from "../lib/server/database/show-url.ts";
import { dataFolder, type Env, parseEnv } from "../lib/server/env.ts";
import { checkPlaces } from "./check-places.ts";
import { describeWaitingRuns } from "./waiting-runs.ts";

const secrets = new Set(["FAL_KEY", "ACCESS_PASSWORD", "SESSION_SECRET", "METRICS_TOKEN"]);
const names = [
  ...["FAL_KEY", "FAL_UPSTREAM", "PUBLIC_URL", "FAL_WEBHOOK_JWKS_URL", "ACCESS_PASSWORD"],
  ...["ALLOW_PUBLIC", "ALLOW_OWN_KEY", "BUDGET_USD_PER_DAY", "BUDGET_USD_PER_OWNER_PER_DAY"],
  ...["MODEL_PRICES_USD", "STARTS_PER_MINUTE", "DATABASE_URL", "MEDIA_URL", "SESSION_SECRET"],
  ...["UPLOAD_MB_PER_DAY", "WAITING_PER_OWNER", "METRICS_TOKEN"],
  ...["KEEP_DAYS", "MEDIA_QUOTA_GB", "MEDIA_QUOTA_GB_PER_OWNER", "OTEL_EXPORTER_OTLP_ENDPOINT"],
  ...["DATABASE_DIRECT_URL", "DATABASE_POOL_SIZE", "DATABASE_TIMEOUT_MS"],
  ...["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "NO_PROXY", "no_proxy"],
  ...[
    "HOST",
    "MEDIA_DELIVERY",
    "WORKER",
    "PORT",
    "TRUST_PROXY",
    "ALLOWED_HOSTS",
    "LOG_LEVEL",
    "LOG_PROMPTS",
    "LOCAL_FAL_CONCURRENCY",
  ],
];

// Reads the same files in the same order as `server.js`.
nextEnv.loadEnvConfig(process.cwd(), false, { info() {}, error: console.error });
const source = { ...process.env, NODE_ENV: "production" };

console.log("Set:");
const set = names.filter((name) => source[name as keyof typeof source]);
if (set.length === 0) console.log("  nothing, and nothing is needed");
for (const name of set) console.log(`  ${name} = ${show(name, process.env[name] ?? "")}`);

try {
  const env = parseEnv(source);
  console.log("\nWhat follows:");
  for (const line of consequences(env)) console.log(`  ${line}`);
  const advice = weaknesses(env);
  if (advice.length > 0) console.log("\nWorth a thought:");
  for (const line of advice) console.log(`  ${line}`);
  const waiting = await describeWaiting(env);
  if (waiting.length > 0) console.log("\nWaiting for long:");
  for (const line of waiting) console.log(`  ${line}`);
  const { said, faults } = await checkPlaces(env);
  console.log("\nChecked:");
  for (const line of said) console.log(`  ${line}`);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  console.log("\nIt would start.");
} catch (error) {
  console.log(`\n${error instanceof Error ? error.message : error}`);
  console.log("\nIt would not start.");
  process.exitCode = 1;
}

function show(name: string, value: string): string {
  if (secrets.has(name)) return `(${value.length} characters)`;
  // The address of a database or of a proxy may contain a password.
  return showDatabaseUrl(value);
}

function consequences(env: Env): string[] {
  return [
    describeUpstream(env),
    env.ACCESS_PASSWORD === undefined
      ? "Everyone who can open the page can use it; each browser has a library of its own."
      : "Whoever knows the password can use it, and all of them share one library.",
    env.FAL_KEY === undefined || env.ALLOW_OWN_KEY
      ? "Visitors may enter a fal key of their own."
      : "Visitors can't enter a fal key of their own.",
    describeBudget(env),
    `Records: ${show("DATABASE_URL", env.DATABASE_URL)}. Media: ${env.MEDIA_URL}.`,
    describeSecrets(env),
    describeHosts(env),
    describeReports(env),
    ...describeProxies(env),
    env.LOG_PROMPTS ? "The log has the prompts." : "The log has no prompts.",
  ];
}

function describeSecrets(env: Env): string {
  const secrets = env.SESSION_SECRET;
  if (!secrets) return `Sessions are signed with a secret that is kept in ${dataFolder(env)}.`;
  const [newest = ""] = secrets;
  if (secrets.length > 1)
    return `Sessions are signed with the first of the ${secrets.length} secrets of SESSION_SECRET; the others only open earlier ones.`;
  return newest.includes(",")
    ? "Sessions are signed with SESSION_SECRET. It has a comma, but a part of it is shorter than 32 characters: all of it counts as one secret."
    : "Sessions are signed with SESSION_SECRET.";
}

function describeUpstream({ FAL_KEY, FAL_UPSTREAM }: Env): string {
  if (FAL_UPSTREAM) return `Videos are made by ${FAL_UPSTREAM}.`;
  if (FAL_KEY) return "Videos are made by fal, and paid with this server's key.";
  return "Videos are rendered on this machine, without AI and for nothing.";
}

function describeHosts({ PUBLIC_URL, ALLOWED_HOSTS }: Env): string {
  if (PUBLIC_URL) return `Changes are taken from pages of ${PUBLIC_URL} alone.`;
  const names = ["localhost", "its bare address", ...ALLOWED_HOSTS].join(", ");
  return `It can be opened at ${names}; other names need PUBLIC_URL or ALLOWED_HOSTS.`;
}

function describeBudget(env: Env): string {
  const { BUDGET_USD_PER_DAY: all, BUDGET_USD_PER_OWNER_PER_DAY: each } = env;
  if (env.FAL_KEY === undefined && !env.FAL_UPSTREAM) return "Nothing is spent.";
  if (all === undefined && each === undefined) return "There is no cap on what is spent.";
  const caps = [all && `$${all} in all`, each && `$${each} for each owner`].filter(Boolean);
  return `A day may cost ${caps.join(" and ")}.`;
}

function describeProxies(env: Env): string[] {
  const proxies = readProxyEnv(env);
  if (!proxies) return [];
  const names = (["HTTPS_PROXY", "HTTP_PROXY"] as const).flatMap((name) => {
    const url = proxies[name];
    return url ? `${name === "HTTPS_PROXY" ? "https" : "http"} through ${new URL(url).host}` : [];
  });
  return [
    `Calls go out by ${names.join(" and ")}; directly to ${proxies.NO_PROXY}.`,
    "The proxy looks names up: that a name leads to no private network is for the proxy to see to.",
  ];
}

function describeReports({ PUBLIC_URL, FAL_KEY, FAL_UPSTREAM }: Env): string {
  if (!FAL_KEY && !FAL_UPSTREAM) return "The end of each run is seen at once.";
  return PUBLIC_URL
    ? `fal reports the end of each run to ${PUBLIC_URL}/api/fal/webhook.`
    : "The server asks for the end of each run; fal does not report it.";
}

async function describeWaiting({ DATABASE_URL }: Env): Promise<string[]> {
  // Its errors might contain a part of the password.
  if (adviseOnPassword(DATABASE_URL)) return [];
  try {
    return await describeWaitingRuns(DATABASE_URL, Date.now());
  } catch (error) {
    // The database is of another version or does not answer. Neither is a mistake in the settings.
    return [`The records can't be read: ${error instanceof Error ? error.message : error}.`];
  }
}

/** Says what the address of Postgres leaves open about encryption. */
function adviseOnEncryption(url: string): string | undefined {
  if (url.startsWith("file:")) return undefined;
  const parsed = URL.parse(url);
  const mode = parsed?.searchParams.get("sslmode");
  const isHere = /^(localhost|127\.[\d.]+|\[::1\])?$/.test(parsed?.hostname ?? "");
  if (isHere || mode === "verify-full") return undefined;
  if (mode === null || mode === undefined || mode === "disable")
    return "DATABASE_URL does not ask for encryption: with ?sslmode=verify-full the records travel encrypted.";
  return `sslmode=${mode} of DATABASE_URL means something else in other programs. verify-full says exactly what is meant.`;
}

function weaknesses(env: Env): string[] {
  const isSpending = env.FAL_KEY !== undefined;
  const isHttps = env.PUBLIC_URL?.startsWith("https:");
  return [
    adviseOnPassword(env.DATABASE_URL),
    adviseOnEncryption(env.DATABASE_URL),
    isSpending && env.BUDGET_USD_PER_DAY === undefined
      ? "BUDGET_USD_PER_DAY is not set: a day may cost anything."
      : undefined,
    isSpending && env.PUBLIC_URL === undefined
      ? "PUBLIC_URL is not set: a run whose answer is lost is not found again by itself."
      : undefined,
    env.PUBLIC_URL && !isHttps
      ? "PUBLIC_URL is not https: passwords and cookies travel in the clear."
      : undefined,
    isHttps && !env.TRUST_PROXY
      ? "TRUST_PROXY is not set: behind a proxy all visitors have one address, and what strangers may do in number is counted for all of them together."
      : undefined,
  ].filter((line) => line !== undefined);
}
