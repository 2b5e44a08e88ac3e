import type { ReactNode, Ref } from "react";
import { Select } from "@/components/ui/select";

type ChooseProps = {
  ref?: Ref<HTMLSelectElement>;
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
  children: ReactNode;
};

/** A choice from a list, under its name. */
export function Choose({ ref, label, value, onChange, children }: ChooseProps) {
  return (
    <label className="block">
      <span className="font-semibold">{label}</span>
      <span className="mt-1.5 block">
        <Select
          ref={ref}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="bg-surface text-field"
        >
          {children}
        </Select>
      </span>
    </label>
  );
}
