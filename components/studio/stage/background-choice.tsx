"use client";

import { useState } from "react";
import { useMessages } from "@/components/messages";
import { Select } from "@/components/ui/select";
import { findBackground, setBackground } from "@/lib/browser/draft/page-parts";

const WHITE = "ffffff";
const BLACK = "000000";

/** What a picture that is see-through lies on: the same is shown, sent and kept. */
export function BackgroundChoice() {
  const { background: words } = useMessages().picture;
  const [color, setColor] = useState(findBackground);
  const [isOwn, setIsOwn] = useState(color !== WHITE && color !== BLACK);

  function choose(chosen: string) {
    setColor(chosen);
    setBackground(chosen);
  }

  return (
    <div className="flex gap-2">
      <Select
        aria-label={words.name}
        value={isOwn ? "own" : color}
        onChange={({ target }) => {
          setIsOwn(target.value === "own");
          if (target.value !== "own") choose(target.value);
        }}
      >
        <option value={WHITE}>{words.white}</option>
        <option value={BLACK}>{words.black}</option>
        <option value="own">{words.own}</option>
      </Select>
      {isOwn && (
        <input
          type="color"
          aria-label={words.own}
          defaultValue={`#${color}`}
          className="h-11 w-14 cursor-pointer rounded-control border border-line bg-transparent p-1"
          // While a colour is being looked for, nothing is prepared: only when the choice is made.
          ref={(field) => {
            const handleChange = () => field && choose(field.value.slice(1));
            field?.addEventListener("change", handleChange);
            return () => field?.removeEventListener("change", handleChange);
          }}
        />
      )}
    </div>
  );
}
