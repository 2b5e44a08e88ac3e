import { expect, test } from "vitest";
import { LEFT_OUT, readLeftOut, writeLeftOut } from "@/lib/api/left-out";

const answer = (header: string) => new Response("", { headers: { [LEFT_OUT]: header } });

test("reports in a header how many files were not used, with the first names", () => {
  const names = ["猫.png", "a".repeat(300), 'b";\n.png', "c.png"];
  const told = readLeftOut(answer(writeLeftOut(names)));
  expect(told).toMatchObject({ count: 4, names: ["猫.png", `${"a".repeat(99)}…`, 'b";.png'] });
});

test.each(["", "%", "x", "%7B%7D"])("takes %j for nothing", (header) => {
  expect(readLeftOut(answer(header))).toBeUndefined();
});
