"use client";

import { type ReactNode, useId } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Select } from "@/components/ui/select";
import { serverNow } from "@/lib/browser/http/server-clock";
import { listMonths } from "@/lib/browser/library/days";
import { isEmptyWish, type Mark, marks, type Wish } from "@/lib/browser/library/wish";
import type { Offer } from "@/lib/models/offer";

type SearchBarProps = {
  wish: Wish;
  onChange: (part: Partial<Wish>) => void;
  onClear: () => void;
  offers: readonly Offer[];
};

const MONTHS = 24;
const STAR = "★ ";

/** Words and conditions that narrow the library. */
export function SearchBar({ wish, onChange, onClear, offers }: SearchBarProps) {
  const { finder: words } = useLazyMessages();
  const toggle = (mark: Mark) =>
    onChange({
      marks: wish.marks.includes(mark)
        ? wish.marks.filter((other) => other !== mark)
        : [...wish.marks, mark],
    });
  return (
    <search className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
      <input
        type="search"
        value={wish.q}
        maxLength={2_000}
        aria-label={words.search}
        placeholder={words.search}
        enterKeyHint="search"
        onChange={(event) => onChange({ q: event.target.value })}
        className="min-h-11 min-w-0 flex-1 basis-48 rounded-control border border-line bg-transparent px-3.5 placeholder:text-muted hover:border-line-strong sm:max-w-80"
      />
      <Chip isOn={isEmptyWish(wish)} onClick={onClear}>
        {words.all}
      </Chip>
      {marks.map((mark) => (
        <Chip key={mark} isOn={wish.marks.includes(mark)} onClick={() => toggle(mark)}>
          {mark === "starred" && <span aria-hidden="true">{STAR}</span>}
          {words.marks[mark]}
        </Chip>
      ))}
      <Conditions wish={wish} onChange={onChange} offers={offers} />
    </search>
  );
}

function Conditions({ wish, onChange, offers }: Omit<SearchBarProps, "onClear">) {
  const messages = useLazyMessages();
  const words = messages.finder;
  const id = useId();
  const isUsed = wish.shape !== "" || wish.model !== "" || wish.month !== "";
  // Two offers of one name differ in whether they take a picture.
  const names = new Map(offers.map(({ id: model, name }) => [model, name]));
  return (
    <details className="group relative" open={isUsed || undefined}>
      <summary className="flex min-h-11 list-none items-center px-2 text-muted hover:text-ink [&::-webkit-details-marker]:hidden">
        {words.more}
        <span aria-hidden="true" className="ml-1.5">
          ▾
        </span>
      </summary>
      <div className="grid grid-cols-1 gap-2 py-2 sm:grid-cols-3">
        <label htmlFor={`${id}-shape`} className="text-note text-muted">
          {words.shape}
          <Select
            id={`${id}-shape`}
            value={wish.shape}
            className="text-ink"
            onChange={({ target }) => onChange({ shape: target.value as Wish["shape"] })}
          >
            <option value="">{words.any}</option>
            {(["landscape", "portrait", "square"] as const).map((shape) => (
              <option key={shape} value={shape}>
                {words.shapes[shape]}
              </option>
            ))}
          </Select>
        </label>
        <label htmlFor={`${id}-model`} className="text-note text-muted">
          {words.model}
          <Select
            id={`${id}-model`}
            value={wish.model}
            className="text-ink"
            onChange={({ target }) => onChange({ model: target.value })}
          >
            <option value="">{words.any}</option>
            {[...names].map(([model, name]) => (
              <option key={model} value={model}>
                {name}
              </option>
            ))}
          </Select>
        </label>
        <label htmlFor={`${id}-month`} className="text-note text-muted">
          {words.month}
          <Select
            id={`${id}-month`}
            value={wish.month}
            className="text-ink"
            onChange={({ target }) => onChange({ month: target.value })}
          >
            <option value="">{words.any}</option>
            {listMonths(serverNow(), MONTHS, messages.locale).map(({ key, label }) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </Select>
        </label>
      </div>
    </details>
  );
}

type ChipProps = { isOn: boolean; onClick: () => void; children: ReactNode };

function Chip({ isOn, onClick, children }: ChipProps) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onClick}
      className="min-h-9 rounded-full border border-line px-3.5 text-note text-muted hover:border-line-strong hover:text-ink aria-pressed:border-ink aria-pressed:bg-ink aria-pressed:text-room pointer-coarse:min-h-11"
    >
      {children}
    </button>
  );
}
