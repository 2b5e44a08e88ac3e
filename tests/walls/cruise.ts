import { cruise, type ICruiseResult } from "dependency-cruiser";
import { walls } from "./rules";

/** Returns every forbidden import of the code in `folder`, as `RULE: FROM → TO`. */
export async function findBrokenWalls(folder: string): Promise<string[]> {
  const { output } = await cruise(
    ["app", "components", "lib", "instrumentation.ts", "proxy.ts"],
    {
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden: walls.map((rule) => ({ severity: "error", ...rule })) },
      parser: "swc",
      tsPreCompilationDeps: true,
      doNotFollow: { path: "node_modules" },
    },
    {
      alias: { "@": folder },
      extensions: [".ts", ".tsx", ".js", ".mjs"],
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
    },
  );
  const { violations } = (output as ICruiseResult).summary;
  return violations.map(({ rule, from, to, cycle }) =>
    [`${rule.name}: ${from}`, ...(cycle?.map(({ name }) => name) ?? [to])].join(" → "),
  );
}
