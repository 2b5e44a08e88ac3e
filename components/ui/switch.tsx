"use client";

import { useId } from "react";

type SwitchProps = {
  label: string;
  hint: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
};

export function Switch({ label, hint, isOn, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="relative flex items-center justify-between gap-6">
      <div>
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        <p id={`${id}-hint`} className="text-note text-muted">
          {hint}
        </p>
      </div>
      <SwitchInput id={id} isOn={isOn} onChange={onChange} describedBy={`${id}-hint`} />
    </div>
  );
}

/** A switch with a name and no explanation, for use beside others. */
export function SmallSwitch({ label, isOn, onChange }: Omit<SwitchProps, "hint">) {
  const id = useId();
  return (
    <div className="flex min-h-11 items-center gap-3">
      <SwitchInput id={id} isOn={isOn} onChange={onChange} />
      <label htmlFor={id} className="py-2.5 text-note">
        {label}
      </label>
    </div>
  );
}

type SwitchInputProps = {
  id: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  describedBy?: string;
};

function SwitchInput({ id, isOn, onChange, describedBy }: SwitchInputProps) {
  return (
    <input
      id={id}
      type="checkbox"
      role="switch"
      checked={isOn}
      aria-checked={isOn}
      aria-describedby={describedBy}
      onChange={(event) => onChange(event.target.checked)}
      className="relative h-6 w-10 shrink-0 cursor-pointer appearance-none rounded-full bg-line-strong transition-colors duration-150 before:absolute before:-inset-2.5 after:absolute after:left-[3px] after:top-[3px] after:size-[18px] after:rounded-full after:bg-room after:transition-transform after:duration-150 checked:bg-accent checked:after:translate-x-4"
    />
  );
}
