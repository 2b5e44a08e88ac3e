import { type Generation, isMade } from "@/lib/generation";
import type { AllMessages } from "@/lib/messages";
import { captionOf } from "@/lib/messages/format";
import { showNotification } from "./notifications";

const HELD_MS = 60_000;

/** Runs `tell` in only one of the tabs that notice the same end, although they notice it at different times. */
export async function inOneTab(click: string, tell: () => void): Promise<void> {
  if (!navigator.locks) return tell();
  await navigator.locks.request(`firstframe.ready.${click}`, { ifAvailable: true }, (lock) => {
    if (!lock) return;
    tell();
    return new Promise<void>((resolve) => setTimeout(resolve, HELD_MS));
  });
}

export function notify(
  generation: Generation,
  messages: AllMessages,
  onOpen: (click: string) => void,
): void {
  const problem = "problem" in generation ? generation.problem : undefined;
  const isGood = isMade(generation) || !problem;
  const title = isGood
    ? messages.generation.whenReady.ready
    : messages.problems[problem.code].title;
  const body = captionOf(generation.input.prompt);
  // If it can't be shown, the title of the tab still tells.
  showNotification({ title, body, tag: generation.click }, () => onOpen(generation.click)).catch(
    () => {},
  );
}

const RISING = [659.26, 880];
const NOTE_SECONDS = 0.9;
const APART_SECONDS = 0.16;
const LOUDNESS = 0.07;

/** Plays two soft notes: rising if there is a video, falling if not. */
export function chime(isGood: boolean): void {
  const context = new AudioContext();
  // The browser suspends sound until somebody has touched the page. Then this stays silent.
  void context.resume().catch(() => {});
  const notes = isGood ? RISING : RISING.toReversed();
  for (const [index, frequency] of notes.entries()) {
    playNote(context, frequency, context.currentTime + 0.02 + index * APART_SECONDS);
  }
  setTimeout(() => void context.close(), 2 * 1000 * NOTE_SECONDS);
}

function playNote(context: AudioContext, frequency: number, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = frequency;
  // The volume rises and falls gradually, so that the note begins and ends without a click.
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(LOUDNESS, at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_SECONDS);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_SECONDS);
}
