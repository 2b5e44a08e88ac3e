"use client";

import {
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useMessages } from "@/components/messages";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { emptyDraft } from "@/lib/browser/draft/draft";
import type { DraftStore } from "@/lib/browser/draft/open-draft";
import { openPageDraft } from "@/lib/browser/draft/page-draft";
import { EMPTY_LIBRARY, lazyLibrary } from "@/lib/browser/library/lazy-library";
import { initialState, type StudioStore } from "@/lib/browser/studio/open-studio";
import { openPageStudio } from "@/lib/browser/studio/page-studio";
import type { Offer } from "@/lib/models/offer";

export type OwnKey = "none" | "allowed" | "used";

/** What holds for the whole page. */
export type StudioPage = {
  offers: readonly [Offer, ...Offer[]];
  upstream: UpstreamKind;
  /** Whether a visitor may use a fal key of their own, and whether this one does. */
  ownKey: OwnKey;
  /** Whether the library was empty when the server wrote the page. */
  isNew: boolean;
};

/** What others give the focus to, or read. */
type StudioFields = {
  prompt: RefObject<HTMLTextAreaElement | null>;
  /** What the model is chosen with. */
  model: RefObject<(HTMLSelectElement & HTMLInputElement) | null>;
  last: RefObject<HTMLDivElement | null>;
  player: RefObject<HTMLVideoElement | null>;
};

type StudioContextValue = StudioPage & {
  draft: DraftStore;
  studio: StudioStore;
  fields: StudioFields;
};

const StudioContext = createContext<StudioContextValue | undefined>(undefined);

type StudioProviderProps = { page: StudioPage; children: ReactNode };

export function StudioProvider({ page, children }: StudioProviderProps) {
  const { picture: words } = useMessages();
  const prompt = useRef<HTMLTextAreaElement>(null);
  const model = useRef<HTMLSelectElement & HTMLInputElement>(null);
  const last = useRef<HTMLDivElement>(null);
  const player = useRef<HTMLVideoElement>(null);
  // The stores outlive what the page is given: they ask for it when they need it.
  const latest = useRef({ page, words });
  useEffect(() => {
    latest.current = { page, words };
  });
  const [stores] = useState(() => {
    const fields = { prompt, model, last, player };
    const draft = openPageDraft({
      findUpstream: () => latest.current.page.upstream,
      findSizeWords: () => latest.current.words.size,
      findOffers: () => latest.current.page.offers,
    });
    const studio = openPageStudio({
      draft,
      findOffers: () => latest.current.page.offers,
      findFrameWords: () => latest.current.words.frameAt,
      findPlayer: () => player.current,
      focus: (field) => fields[field].current?.focus(),
    });
    return { draft, studio, fields };
  });
  return <StudioContext value={{ ...page, ...stores }}>{children}</StudioContext>;
}

export function useStudio(): StudioContextValue {
  const value = useContext(StudioContext);
  if (!value) throw new Error("There is no StudioProvider above");
  return value;
}

type Store<Value> = { subscribe: (listener: () => void) => () => void; get: () => Value };

/** `initial`: what the server drew. A part that comes to life later begins with it, too, whatever has come meanwhile. */
function useStore<Value>({ subscribe, get }: Store<Value>, initial: Value): Value {
  return useSyncExternalStore(subscribe, get, () => initial);
}

export const useDraft = () => useStore(useStudio().draft, emptyDraft);
export const useStudioState = () => useStore(useStudio().studio, initialState);

/** The library of this browser, kept up to date. */
export const useLibrary = () => useStore(lazyLibrary, EMPTY_LIBRARY);

/** The generation on the stage, as this tab knows it. */
export function useSelected() {
  const { selectedClick } = useStudioState();
  return useLibrary().watched.find(({ generation }) => generation.click === selectedClick);
}
