import { expect, test } from "vitest";
import { readAside, writeAside } from "@/lib/server/sessions/cookies";

// A sealed session has 350 to 540 bytes.
const sealOf = (name: string, bytes = 440) => `${name}*`.padEnd(bytes, "x");
const requestWith = (cookie: string) =>
  new Request("http://localhost:3000/", { headers: { host: "localhost:3000", cookie } });

function writeAndRead(sealed: readonly string[]) {
  const written = new Map<string, string>();
  const jar = { set: (name: string, value: string) => written.set(name, value) };
  const dropped = writeAside(requestWith(""), jar, sealed);
  const [[name, value] = ["", ""]] = written;
  return { dropped, value, read: readAside(requestWith(`${name}=${value}`)) };
}

test("sets the libraries of seven secrets aside", () => {
  const sealed = Array.from({ length: 7 }, (_, index) => sealOf(`secret-${index}`));
  expect(writeAndRead(sealed)).toMatchObject({ dropped: 0, read: sealed });
});

test("drops the oldest library when a cookie can't hold all of them, and says so", () => {
  const sealed = Array.from({ length: 9 }, (_, index) => sealOf(`secret-${index}`));
  const { dropped, value, read } = writeAndRead(sealed);
  expect(read).toEqual(sealed.slice(0, 7));
  expect(dropped).toBe(2);
  expect(value.length).toBeLessThan(4_000);
});

test("drops only the library that does not fit", () => {
  const sealed = [sealOf("planted", 4_000), sealOf("own")];
  expect(writeAndRead(sealed)).toMatchObject({ dropped: 1, read: [sealed[1]] });
});

test("sets the same library aside once", () => {
  expect(writeAndRead([sealOf("own"), sealOf("own")])).toMatchObject({ read: [sealOf("own")] });
});
