import { colorPictures, seeFields } from "../color-pictures.ts";
import { compareFields } from "./colors.ts";
import { expect, test } from "./fixtures.ts";
import { openStudio } from "./studio.ts";

type Way = "getImageData" | "convertToBlob";

/** Runs in the page and in its workers: what is read from a canvas has noise in it, as Brave and Firefox add it. */
function lie(way: Way) {
  const own = OffscreenCanvasRenderingContext2D.prototype.getImageData;
  const addNoise = ({ data }: ImageData) => {
    for (let at = 0; at < data.length; at += 4)
      data[at] = (data[at] ?? 0) ^ (at % 12 === 0 ? 1 : 0);
  };
  if (way === "getImageData") {
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function (
      this: OffscreenCanvasRenderingContext2D,
      ...area: never[]
    ) {
      const image = Reflect.apply(own, this, area) as ImageData;
      addNoise(image);
      return image;
    } as typeof own;
    return;
  }
  const convert = OffscreenCanvas.prototype.convertToBlob;
  OffscreenCanvas.prototype.convertToBlob = function (options) {
    const context = this.getContext("2d");
    if (context) {
      const image = own.call(context, 0, 0, this.width, this.height);
      addNoise(image);
      context.putImageData(image, 0, 0);
    }
    return convert.call(this, options);
  };
}

for (const way of ["getImageData", "convertToBlob"] as const) {
  for (const name of ["JPEG, profile Display P3", "PNG, gAMA 1.0", "HEIC, codes of P3"]) {
    test(`has the server prepare ${name} where ${way} lies`, async ({ page }) => {
      const picture = colorPictures.find((one) => one.name === name);
      if (!picture) throw new Error(`there is no ${name}`);
      // Workers run no script of the test's own, so each script of the app begins with the lie.
      const start = `if (!self.isLying) { self.isLying = true; (${lie})(${JSON.stringify(way)}) }\n`;
      await page.route(/\/_next\/static\/.*\.js/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: start + (await response.text()) });
      });
      const studio = await openStudio(page);
      const prepared = page.waitForResponse(/\/api\/pictures\/prepared\?/);
      const buffer = await picture.make();
      await studio.image.setInputFiles({ name: "field.bin", mimeType: "", buffer });
      expect((await prepared).status()).toBe(200);
      await expect(studio.state).toHaveText("Picture ready");
      const base64 = await page
        .getByRole("img", { name: "The first frame" })
        .first()
        .evaluate(async (shown: HTMLImageElement) => {
          const bytes = new Uint8Array(await (await fetch(shown.src)).arrayBuffer());
          return bytes.toBase64();
        });
      const seen = await seeFields(Buffer.from(base64, "base64"));
      const { mean, most } = compareFields(seen, await picture.wanted());
      expect(mean).toBeLessThanOrEqual(2);
      expect(most).toBeLessThanOrEqual(6);
    });
  }
}
