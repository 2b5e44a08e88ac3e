import { gzipSync } from "node:zlib";
import { goodInput, initiateUrl, pictureUrl, secrets, submitUrl, toProxy } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Scene } from "./scene.ts";
import { FILES } from "./upstream.ts";

type Body = string | Uint8Array;

const good = JSON.stringify(goodInput);
const withField = (field: string) => `${good.slice(0, -1)},${field}}`;
const withInput = (change: object) => JSON.stringify({ ...goodInput, ...change });
const invalidUtf8 = Buffer.concat([
  Buffer.from('{"image_url":"'),
  Buffer.from(pictureUrl),
  Buffer.from('","prompt":"'),
  Buffer.from([0xff, 0xfe, 0xc0, 0xaf]),
  Buffer.from('"}'),
]);

const submits: [name: string, body: Body | undefined][] = [
  ["no body", undefined],
  ["an empty body", ""],
  ["half a body", good.slice(0, -5)],
  ["two bodies", good + good],
  ["a list", `[${good}]`],
  ["a string", JSON.stringify(good)],
  ["a number", "1"],
  ["null", "null"],
  ["NaN", "NaN"],
  ["an object without anything", "{}"],
  ["comments", `/* x */ ${good}`],
  ["a trailing comma", `${good.slice(0, -1)},}`],
  ["single quotes", good.replaceAll('"', "'")],
  ["a byte order mark", `\uFEFF${good}`],
  ["UTF-16", Buffer.from(good, "utf16le")],
  ["invalid UTF-8", invalidUtf8],
  ["more than 64 KiB", withInput({ prompt: "a".repeat(70_000) })],
  ["a megabyte of spaces", good + " ".repeat(2 ** 20)],
  ["twenty megabytes", Buffer.alloc(20 * 2 ** 20, 0x61)],
  ["ten thousand levels", "[".repeat(10_000) + "]".repeat(10_000)],
  ["a deep field", withField(`"x":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`)],
  ["a prompt of 2,001", withInput({ prompt: "a".repeat(2001) })],
  ["a prompt of 2,001 emoji", withInput({ prompt: "🚀".repeat(2001) })],
  ["a prompt of spaces", withInput({ prompt: " \n\t\u00a0 " })],
  ["an empty prompt", withInput({ prompt: "" })],
  ["no prompt", JSON.stringify({ image_url: pictureUrl })],
  ["a prompt that is a number", withInput({ prompt: 1 })],
  ["a prompt that is a list", withInput({ prompt: ["a"] })],
  ["a prompt that is an object", withInput({ prompt: { toString: "a" } })],
  ["a prompt that is null", withInput({ prompt: null })],
  ["no picture", JSON.stringify({ prompt: "a" })],
  ["a picture that is a list", withInput({ image_url: [pictureUrl] })],
  ["a switch that is a word", withInput({ prompt_optimizer: "true" })],
  ["a switch that is a number", withInput({ prompt_optimizer: 1 })],
  ["an unknown field", withInput({ num_frames: 100_000 })],
  ["a longer video than the model makes", withInput({ duration: "60" })],
  ["a negative duration", withInput({ duration: -6 })],
  ["a number too large", withField('"duration":1e999')],
  ["a finer video than the model makes", withInput({ resolution: "4K" })],
  ["a second picture that the model does not take", withInput({ end_image_url: pictureUrl })],
  ["a webhook in the body", withInput({ fal_webhook: "https://evil.test/" })],
  ["a webhook address in the body", withInput({ webhook_url: "https://evil.test/" })],
  ["a synchronous run", withInput({ sync_mode: true })],
  ["no safety checker", withInput({ enable_safety_checker: false })],
  ["the input in fal's wrapper", JSON.stringify({ input: goodInput })],
  ["__proto__", withField('"__proto__":{"isAdmin":true}')],
  ["constructor", withField('"constructor":{"prototype":{"isAdmin":true}}')],
  ["prototype", withField('"prototype":{}')],
  ["toString", withField('"toString":"x"')],
  ["an empty key", withField('"":"x"')],
  ["an owner in the body", withInput({ owner: "everyone" })],
  ["an id in the body", withInput({ id: crypto.randomUUID() })],
  ["a price in the body", withInput({ usd: 0 })],
  ["a key in another alphabet", withField('"prоmpt":"a"')],
];

const pictures: [name: string, url: string | ((scene: Scene) => string)][] = [
  ["loopback", ({ canary }) => `${canary.origin}/picture.jpg`],
  ["loopback by https", ({ canary }) => `https://127.0.0.1:${canary.port}/picture.jpg`],
  ["loopback as a number", ({ canary }) => `http://2130706433:${canary.port}/picture.jpg`],
  ["loopback in octal", ({ canary }) => `http://0177.0.0.1:${canary.port}/picture.jpg`],
  ["loopback in hex", ({ canary }) => `http://0x7f000001:${canary.port}/picture.jpg`],
  ["loopback in short", ({ canary }) => `http://127.1:${canary.port}/picture.jpg`],
  ["loopback by IPv6", ({ canary }) => `http://[::1]:${canary.port}/picture.jpg`],
  ["loopback as mapped", ({ canary }) => `http://[::ffff:127.0.0.1]:${canary.port}/picture.jpg`],
  ["loopback by name", ({ canary }) => `http://localhost:${canary.port}/picture.jpg`],
  ["no address at all", ({ canary }) => `http://0.0.0.0:${canary.port}/picture.jpg`],
  ["link-local", "http://169.254.169.254/latest/meta-data/"],
  ["a private network", "http://10.0.0.1/picture.jpg"],
  ["a private network by IPv6", "http://[fd00::1]/picture.jpg"],
  ["the public internet", "https://example.com/picture.jpg"],
  ["a host that begins as fal's", "https://v3.fal.media.evil.test/picture.jpg"],
  ["a host that ends as fal's", "https://evilfal.media/picture.jpg"],
  ["fal's host as a user name", "https://v3.fal.media@evil.test/picture.jpg"],
  ["a user name at fal's host", "https://evil@v3.fal.media/picture.jpg"],
  ["fal's host with a port", "https://v3.fal.media:8443/picture.jpg"],
  ["fal's host without TLS", "http://v3.fal.media/files/b/abuse/picture.jpg"],
  ["fal's host with a final dot", "https://v3.fal.media./files/b/abuse/picture.jpg"],
  ["fal's host and dots", `${FILES}/../../../x.jpg`],
  ["another scheme on fal's host", "ftp://v3.fal.media/picture.jpg"],
  ["a file", "file:///etc/passwd"],
  ["a data address", "data:image/png;base64,iVBORw0KGgo="],
  ["a script", "javascript:alert(1)"],
  ["a script behind a comment", "javascript://v3.fal.media/%0aalert(1)"],
  ["a blob", "blob:https://v3.fal.media/x"],
  ["a path alone", "/media/x/poster.jpg"],
  ["a host alone", "//v3.fal.media/picture.jpg"],
  ["no URL", "picture.jpg"],
  ["an empty address", ""],
  ["an address of 3,000 letters", `${FILES}/${"a".repeat(3000)}.jpg`],
  ["a newline", `${FILES}/picture.jpg\nHost: evil.test`],
  ["the upstream by its own address", ({ upstream }) => `${upstream.origin}/169.254.169.254/x`],
];

const otherTypes: [name: string, type: string | undefined, body?: Body][] = [
  ["text", "text/plain"],
  ["no type", undefined],
  ["a form", "application/x-www-form-urlencoded", new URLSearchParams(toStrings()).toString()],
  ["JSON that says that it is a form", "application/x-www-form-urlencoded"],
  [
    "a form in parts",
    "multipart/form-data; boundary=x",
    `--x\r\ncontent-disposition: form-data; name="prompt"\r\n\r\na\r\n--x--\r\n`,
  ],
  ["JSON in a text's parameter", "text/plain; x=application/json"],
  ["JSON lines", "application/jsonl"],
  ["XML", "application/xml", "<prompt>a</prompt>"],
];

function toStrings(): Record<string, string> {
  return { prompt: goodInput.prompt, image_url: goodInput.image_url };
}

const uploads: [name: string, body: string][] = [
  ["no JSON", "x"],
  ["nothing in it", "{}"],
  ["a page", JSON.stringify({ content_type: "text/html", file_name: "x.html" })],
  ["a video", JSON.stringify({ content_type: "video/mp4", file_name: "x.mp4" })],
  [
    "an unknown field",
    JSON.stringify({ content_type: "image/png", file_name: "x.png", acl: "public" }),
  ],
  ["a long name", JSON.stringify({ content_type: "image/png", file_name: "x".repeat(5000) })],
  ["a type with a newline", JSON.stringify({ content_type: "image/png\r\nx: y", file_name: "x" })],
  ["a name that is a list", JSON.stringify({ content_type: "image/png", file_name: ["x.png"] })],
];

const shares: [name: string, body: string, type?: string][] = [
  ["no JSON", "x"],
  ["a list", "[]"],
  ["null", "null"],
  ["an unknown field", '{"slug":"mine"}'],
  ["__proto__", '{"__proto__":{"hidePrompt":true},"views":9}'],
  ["a password that is a number", '{"password":1}'],
  ["an empty password", '{"password":""}'],
  ["a password of a megabyte", JSON.stringify({ password: "a".repeat(2 ** 20) })],
  ["an end in the past", '{"expiresInHours":-1}'],
  ["an end at once", '{"expiresInHours":0}'],
  ["an end beyond time", '{"expiresInHours":1e300}'],
  ["an end that is no number", '{"expiresInHours":"1"}'],
  ["a switch that is a word", '{"hidePrompt":"yes"}'],
  ["a form", "hidePrompt=true", "application/x-www-form-urlencoded"],
  ["text", '{"hidePrompt":true}', "text/plain"],
];

const clickKeys = ["short", "a".repeat(200), "with space", "'; drop table generations;--", "../x"];

const attempts: Attempt[] = [
  ...submits.map(([name, body]) => submit(`a submit with ${name}`, body)),
  ...pictures.map(
    ([name, url]): Attempt => ({
      name: `a picture at ${name}`,
      run: (scene) => {
        const image_url = typeof url === "function" ? url(scene) : url;
        const body = withInput({ image_url });
        return scene.call(toProxy("POST", submitUrl, { cookie: scene.attacker }, body));
      },
    }),
  ),
  ...otherTypes.map(
    ([name, type, body = good]): Attempt => ({
      name: `a submit as ${name}`,
      run: (scene) => {
        const headers = { "x-fal-target-url": submitUrl, cookie: scene.attacker };
        const typed = type === undefined ? headers : { ...headers, "content-type": type };
        return scene.call({ method: "POST", path: "/api/fal/proxy", headers: typed, body });
      },
    }),
  ),
  ...uploads.map(
    ([name, body]): Attempt => ({
      name: `an upload with ${name}`,
      run: (scene) => scene.call(toProxy("POST", initiateUrl, { cookie: scene.attacker }, body)),
    }),
  ),
  ...shares.map(
    ([name, body, type = "application/json"]): Attempt => ({
      name: `a link with ${name}`,
      run: (scene) =>
        scene.call({
          method: "PUT",
          path: `/api/generations/${scene.done.id}/share`,
          headers: { cookie: scene.victim, "content-type": type },
          body,
        }),
    }),
  ),
  ...clickKeys.map(
    (key): Attempt => ({
      name: `a click named ${key.slice(0, 40)}`,
      run: (scene) =>
        scene.call(
          toProxy(
            "POST",
            submitUrl,
            { cookie: scene.attacker, "x-idempotency-key": key },
            withInput({ prompt: "another" }),
          ),
        ),
    }),
  ),
  submit("a submit that is packed", gzipSync(good), { "content-encoding": "gzip" }),
  {
    name: "a login with a form of a megabyte",
    run: (scene) => login(scene, `password=${"a".repeat(2 ** 20)}`),
  },
  { name: "a login with nothing", run: (scene) => login(scene, "") },
  { name: "a login with a list", run: (scene) => login(scene, "password[]=a&password[$ne]=x") },
  { name: "a login with SQL", run: (scene) => login(scene, "password='+or+1=1--") },
  { name: "a login with a null byte", run: (scene) => login(scene, "password=%00") },
  {
    name: "a login with the password as JSON",
    run: (scene) =>
      login(scene, JSON.stringify({ password: secrets.password }), "application/json"),
  },
  {
    name: "a login with the password and a space in it",
    run: (scene) =>
      login(
        scene,
        `password=${encodeURIComponent(`${secrets.password.slice(0, 3)} ${secrets.password.slice(3)}`)}`,
      ),
  },
  {
    name: "a login where no password is asked for",
    run: (scene) => scene.call({ method: "POST", path: "/login", body: "password=undefined" }),
  },
];

function submit(name: string, body: Body | undefined, headers: Record<string, string> = {}) {
  return {
    name,
    run: (scene: Scene) =>
      scene.call(toProxy("POST", submitUrl, { cookie: scene.attacker, ...headers }, body)),
  };
}

function login(scene: Scene, body: string, type = "application/x-www-form-urlencoded") {
  const headers = { "content-type": type };
  return scene.callClosed({ method: "POST", path: "/login", headers, body });
}

export const bodies: Theme = { title: "bodies", attempts };
