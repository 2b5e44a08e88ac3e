import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import openWabt from "wabt";
import { sampleWasm } from "@/lib/local-fal/render/sample.wasm.ts";

test("contains exactly what the sampler's source compiles to", async () => {
  const wabt = await openWabt();
  const source = await readFile("lib/local-fal/render/sample.wat", "utf8");
  const { buffer } = wabt.parseWat("sample.wat", source).toBinary({});
  expect(Buffer.from(buffer).toString("base64")).toBe(sampleWasm);
});
