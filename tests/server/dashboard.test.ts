import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { problems } from "@/lib/problems";
import { getMeters } from "@/lib/server/metrics/meters";

const OWN = /\bfirstframe_[a-z_]+/g;

test.each(["dashboard.json", "alerts.yaml"])(
  "every figure that %s asks for is one that the server tells",
  async (name) => {
    const text = await readFile(`deploy/grafana/${name}`, "utf8");
    const told = new Set(
      (await getMeters().registry.getMetricsAsJSON()).flatMap(({ name, type }) =>
        String(type) === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
      ),
    );
    const asked = new Set(text.match(OWN));
    expect([...asked].filter((figure) => !told.has(figure))).toEqual([]);
    expect(asked.size).toBeGreaterThan(5);
  },
);

test("the problems that alerts name are codes of problems", async () => {
  const text = await readFile("deploy/grafana/alerts.yaml", "utf8");
  const codes = [...text.matchAll(/code=~"([^"]+)"/g)].flatMap(([, all = ""]) => all.split("|"));
  expect(codes).not.toEqual([]);
  expect(codes.filter((code) => !(code in problems))).toEqual([]);
});
