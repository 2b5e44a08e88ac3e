import "server-only";

type Variables = Record<string, string | undefined>;
type Rule = {
  variable: string;
  message: string;
  isBroken: (variables: Variables) => boolean;
};

// A rule checks only whether variables are set, so that it also reports when another value is invalid.
const rules: readonly Rule[] = [
  {
    variable: "FAL_KEY",
    message:
      "with a key, everyone who can open this server spends your money. Set ACCESS_PASSWORD, or set ALLOW_PUBLIC=true if you want that",
    isBroken: (env) =>
      isSpendingInProduction(env) && env.ACCESS_PASSWORD === undefined && !isPublic(env),
  },
  {
    variable: "BUDGET_USD_PER_DAY",
    message: "with a key and ALLOW_PUBLIC=true, set how many dollars strangers may spend in a day",
    isBroken: (env) =>
      isSpendingInProduction(env) && isPublic(env) && env.BUDGET_USD_PER_DAY === undefined,
  },
  {
    variable: "SESSION_SECRET",
    message:
      "on Postgres there may be several servers, and all of them need the same secret to sign sessions: at least 32 characters",
    isBroken: (env) =>
      env.NODE_ENV === "production" &&
      /^postgres(ql)?:/.test(env.DATABASE_URL ?? "") &&
      env.SESSION_SECRET === undefined,
  },
  {
    variable: "WORKER",
    message:
      "SQLite is used by one process alone, so that process does everything. Set DATABASE_URL to Postgres",
    isBroken: (env) =>
      env.WORKER !== undefined &&
      env.WORKER !== "on" &&
      !/^postgres(ql)?:/.test(env.DATABASE_URL ?? ""),
  },
  {
    variable: "MEDIA_DELIVERY",
    message:
      "nginx and Caddy can only send files of a folder. Set MEDIA_URL=file:…, or leave MEDIA_DELIVERY out",
    isBroken: (env) => env.MEDIA_DELIVERY === "accel" && (env.MEDIA_URL ?? "").startsWith("s3:"),
  },
];

/** Returns the broken rules, for settings that would start but must not. An unset variable is `undefined`, not empty. */
export function findUnsafe(env: Variables): Pick<Rule, "variable" | "message">[] {
  return rules.filter(({ isBroken }) => isBroken(env));
}

function isSpendingInProduction({ NODE_ENV, FAL_KEY }: Variables): boolean {
  return NODE_ENV === "production" && FAL_KEY !== undefined;
}

function isPublic({ ALLOW_PUBLIC }: Variables): boolean {
  return ALLOW_PUBLIC === "true" || ALLOW_PUBLIC === "1";
}
