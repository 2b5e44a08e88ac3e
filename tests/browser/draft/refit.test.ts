import { expect, test, vi } from "vitest";
import { openPreparation } from "@/lib/browser/draft/preparation";
import type { Preparation } from "@/lib/browser/picture/preparation";
import type { Wish } from "@/lib/picture/prepare";
import { jpeg } from "./fakes.ts";

function open(picture: { notes?: { code: "smaller" }[]; isSeeThrough?: boolean }) {
  let wish: Wish = { longSide: 1280, background: "ffffff" };
  const wishes: Wish[] = [];
  const prepare = async (file: File, _: AbortSignal, wanted: Wish): Promise<Preparation> => {
    wishes.push(wanted);
    const size = { width: 640, height: 427, thumbnail: "data:," };
    const { notes = [], isSeeThrough = false } = picture;
    return { kind: "ready", picture: { file, ...size, notes, isSeeThrough } };
  };
  const onReady = vi.fn();
  const preparation = openPreparation(
    {
      createUrl: () => "blob:x",
      findWish: () => wish,
      prepare,
      openVideo: () => Promise.reject(new Error("no video")),
      nameFailure: () => "picture_unreadable",
      nameSize: () => "",
    },
    { field: "image_url", change: () => {}, onReady },
  );
  const want = async (changed: Partial<Wish>) => {
    wish = { ...wish, ...changed };
    await preparation.refit();
  };
  return { preparation, want, wishes, onReady };
}

test("prepares a picture once more for a model that uses more of it", async () => {
  const { preparation, want, wishes, onReady } = open({ notes: [{ code: "smaller" }] });
  await preparation.take(jpeg("a.jpg"));
  await want({ longSide: 1920 });
  expect(wishes.map(({ longSide }) => longSide)).toEqual([1280, 1920]);
  expect(onReady).toHaveBeenCalledTimes(2);
  await want({ longSide: 910 });
  expect(wishes).toHaveLength(2);
});

test("leaves a picture that is sent in full to every model", async () => {
  const { preparation, want, wishes } = open({});
  await preparation.take(jpeg("a.jpg"));
  await want({ longSide: 1920 });
  expect(wishes).toHaveLength(1);
});

test("lays what is see-through on another background, and nothing else", async () => {
  const glass = open({ isSeeThrough: true });
  await glass.preparation.take(jpeg("a.jpg"));
  await glass.want({ background: "000000" });
  expect(glass.wishes.map(({ background }) => background)).toEqual(["ffffff", "000000"]);
  const opaque = open({});
  await opaque.preparation.take(jpeg("a.jpg"));
  await opaque.want({ background: "000000" });
  expect(opaque.wishes).toHaveLength(1);
});
