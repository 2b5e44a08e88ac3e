import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { describeImage } from "../../scripts/image/description";

const root = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFile(join(root, file), "utf8");

test("the Dockerfile describes the same image as the script", async () => {
  const { version } = JSON.parse(await read("package.json"));
  const { user, port, environment, command, healthcheck, labels } = describeImage(version);
  const dockerfile = await read("Dockerfile");
  const toText = (list: readonly string[]) => `[${list.map((part) => `"${part}"`).join(", ")}]`;
  expect(dockerfile).toContain(`ARG VERSION=${version}\n`);
  expect(dockerfile).toContain(`USER ${user}\n`);
  expect(dockerfile).toContain(`EXPOSE ${port}\n`);
  expect(dockerfile).toContain(`ENV ${environment.join(" ")}\n`);
  expect(dockerfile).toContain(`CMD ${toText(healthcheck)}\n`);
  expect(dockerfile).toContain(`CMD ${toText(command)}\n`);
  expect(dockerfile).toContain(labels.join(" ").replace(version, "$VERSION"));
});

test("the chart is of this version", async () => {
  const { version } = JSON.parse(await read("package.json"));
  expect(await read("deploy/helm/firstframe/Chart.yaml")).toContain(`appVersion: "${version}"`);
});

test("no secret can get into the image", async () => {
  expect((await read(".dockerignore")).split("\n")).toEqual(
    expect.arrayContaining([".env", ".env.*", "data"]),
  );
});
