import type { IForbiddenRuleType } from "dependency-cruiser";

/** The rooms of `lib/server` that each room may import. All others are forbidden. */
const rooms: Record<string, readonly string[]> = {
  admin: [
    ...["database", "generations", "library", "media", "process"],
    ...["retention", "secrets", "shares", "spend"],
  ],
  process: [],
  metrics: ["process"],
  traces: ["process"],
  secrets: ["process"],
  database: ["process"],
  media: ["process"],
  upstream: ["metrics", "process"],
  streams: [],
  http: ["database", "metrics", "process", "upstream"],
  sessions: ["database", "http", "process", "secrets"],
  pictures: ["http", "media", "process"],
  spend: ["database"],
  pages: ["http", "process", "spend"],
  requests: ["http", "metrics", "pages", "pictures", "process", "upstream"],
  gate: ["database", "http", "sessions", "spend", "upstream"],
  generations: [
    "database",
    "media",
    "metrics",
    "process",
    "secrets",
    "spend",
    "traces",
    "upstream",
  ],
  shares: [
    ...["database", "gate", "generations", "http", "media", "metrics"],
    ...["pages", "process", "secrets", "spend"],
  ],
  library: [
    ...["database", "generations", "http", "media", "process"],
    ...["sessions", "shares", "streams", "upstream"],
  ],
  retention: ["database", "generations", "library"],
  proxy: [
    ...["gate", "generations", "http", "process"],
    ...["secrets", "sessions", "spend", "streams", "upstream"],
  ],
};

/** The same for the rooms of `lib/server/generations`. */
const roomsOfGenerations: Record<string, readonly string[]> = {
  search: [],
  records: ["search"],
  archive: ["records"],
  submit: ["records"],
  watch: ["archive", "records", "submit"],
};

const APP = "^(app|instrumentation\\.ts|proxy\\.ts)";
const SHARED = "^lib/([^/]+\\.ts$|(api|messages|models|picture|video)/)";
const FAL_PACKAGES = "^node_modules/@fal-ai/";

export const walls: IForbiddenRuleType[] = [
  {
    name: "every import leads somewhere",
    comment: "An import that is not found is not checked.",
    from: {},
    to: { couldNotResolve: true },
  },
  { name: "no circles, of types neither", from: {}, to: { circular: true } },
  ...layer("components", "^components/", [APP, "^lib/(server|local-fal|net)/"]),
  ...layer("lib/browser", "^lib/browser/", [APP, "^components/", "^lib/(server|local-fal|net)/"]),
  ...layer("lib/server", "^lib/server/", [APP, "^components/", "^lib/browser/"]),
  ...layer("lib", SHARED, [
    ...[APP, "^components/", "^lib/(browser|server|local-fal|net)/"],
    "^node_modules/(next|react|react-dom|@fal-ai)/",
  ]),
  { name: "lib: nothing of Node", from: { path: SHARED }, to: { dependencyTypes: ["core"] } },
  {
    name: "lib/net: itself alone",
    from: { path: "^lib/net/" },
    to: { path: "^(app|components|lib)/", pathNot: "^lib/net/" },
  },
  {
    name: "lib/local-fal: nothing of the app",
    from: { path: "^lib/local-fal/" },
    to: { path: "^(app|components|lib)/", pathNot: "^lib/(local-fal|net)/" },
  },
  {
    name: "only lib/server/upstream knows the local fal",
    from: { path: "^(app|components|lib)/", pathNot: "^lib/(local-fal|server/upstream)/" },
    to: { path: "^lib/local-fal/" },
  },
  {
    name: "only lib/browser and lib/server/upstream import fal's packages",
    from: { path: "^(app|components|lib)/", pathNot: "^lib/(browser|server/upstream)/" },
    to: { path: FAL_PACKAGES },
  },
  {
    name: "only routes and the start know the services",
    from: { path: "^(components|lib)/", pathNot: "^lib/server/(start|close)\\.ts$" },
    to: { path: "^lib/server/services\\.ts$" },
  },
  ...between("lib/server", rooms),
  ...between("lib/server/generations", roomsOfGenerations),
];

function layer(name: string, from: string, above: readonly string[]): IForbiddenRuleType[] {
  return [{ name: `${name}: nothing above`, from: { path: from }, to: { path: [...above] } }];
}

/** Returns one rule for each room, and one for rooms that are not named. */
function between(folder: string, allowed: Record<string, readonly string[]>): IForbiddenRuleType[] {
  const known = Object.keys(allowed).join("|");
  return [
    ...Object.entries(allowed).map(([room, others]) => ({
      name: `${folder}/${room}: only ${others.join(", ") || "itself"}`,
      from: { path: `^${folder}/${room}/` },
      to: { path: `^${folder}/[^/]+/`, pathNot: `^${folder}/(${[room, ...others].join("|")})/` },
    })),
    {
      name: `${folder}: no room that is not in the list`,
      from: {},
      to: { path: `^${folder}/[^/]+/`, pathNot: `^${folder}/(${known})/` },
    },
  ];
}
