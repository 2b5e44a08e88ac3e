import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import openWabt from "wabt";
import { sampleWasm } from "@/lib/local-fal/render/sample.wasm.ts";

test("carries the sampler exactly as its source compiles", async () => {
  const wabt = await openWabt();
  const source = await readFile("lib/local-fal/render/sample.wat", "utf8");
  const { buffer } = wabt.parseWat("sample.wat", source).toBinary({});
  expect(Buffer.from(buffer).toString("base64")).toBe(sampleWasm);
});
