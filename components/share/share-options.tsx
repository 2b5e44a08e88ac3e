"use client";

import { useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import type { ShareOptions as Options } from "@/lib/browser/api/shares";
import type { Share } from "@/lib/generation";
import { formatMoment } from "./link-facts";

const expiries = [
  { hours: null, name: "never" },
  { hours: 24, name: "inADay" },
  { hours: 24 * 7, name: "inAWeek" },
  { hours: 24 * 30, name: "inAMonth" },
] as const;

type ShareOptionsProps = { share: Share; onChange: (options: Options) => Promise<void> };

/**
 * Who may watch, until when, and what is shown beside the video. A change applies at once and does not change the link.
 */
export function ShareOptions({ share, onChange }: ShareOptionsProps) {
  const {
    locale,
    share: { options: words },
  } = useLazyMessages();
  const [password, setPassword] = useState("");
  const handlePassword = async () => {
    await onChange({ password });
    setPassword("");
  };
  return (
    <div className="flex flex-col gap-1.5">
      <Check
        label={words.hidePrompt}
        isOn={share.hidePrompt}
        onChange={(hidePrompt) => void onChange({ hidePrompt })}
      />
      <Check
        label={words.allowDownload}
        isOn={share.allowDownload}
        onChange={(allowDownload) => void onChange({ allowDownload })}
      />
      <label className="flex min-h-11 flex-wrap items-center justify-between gap-x-3">
        {words.ends}
        <Select
          value=""
          onChange={({ target }) =>
            void onChange({ expiresInHours: expiries[Number(target.value)]?.hours ?? null })
          }
          className="bg-room"
        >
          <option value="" disabled hidden>
            {share.expiresAt ? formatMoment(share.expiresAt, locale) : words.never}
          </option>
          {expiries.map(({ name }, index) => (
            <option key={name} value={index}>
              {words[name]}
            </option>
          ))}
        </Select>
      </label>
      {share.hasPassword ? (
        <div className="flex min-h-11 items-center justify-between gap-3">
          <p>{words.hasPassword}</p>
          <Button onClick={() => void onChange({ password: null })}>{words.removePassword}</Button>
        </div>
      ) : (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void handlePassword();
          }}
        >
          {/* With this name, a password manager stores it separately from the studio's password. */}
          <input
            type="text"
            name="username"
            autoComplete="username"
            value={`link-${share.slug}`}
            readOnly
            tabIndex={-1}
            aria-hidden="true"
            className="sr-only"
          />
          <label className="min-w-0 flex-1 basis-36">
            <span className="mb-1.5 block text-note text-muted">{words.password}</span>
            <input
              type="password"
              name="link-password"
              autoComplete="new-password"
              value={password}
              onChange={({ target }) => setPassword(target.value)}
              className="min-h-11 w-full rounded-control border border-line bg-room px-3"
            />
          </label>
          <Button type="submit" disabled={password === ""}>
            {words.setPassword}
          </Button>
        </form>
      )}
    </div>
  );
}

type CheckProps = { label: string; isOn: boolean; onChange: (isOn: boolean) => void };

function Check({ label, isOn, onChange }: CheckProps) {
  return (
    <label className="flex min-h-11 items-center gap-3">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ target }) => onChange(target.checked)}
        className="size-5 accent-accent"
      />
      {label}
    </label>
  );
}
