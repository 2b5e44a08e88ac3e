import type { ButtonHTMLAttributes } from "react";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: "primary" | "plain" | "quiet";
};

const kinds = {
  primary: "px-4 bg-accent text-accent-ink font-semibold hover:brightness-108 active:brightness-95",
  plain: "px-3.5 sm:px-4 border border-line text-ink font-medium hover:border-line-strong",
  quiet: "px-1.5 sm:px-3 text-muted underline-offset-4 hover:text-ink hover:underline",
};

export function Button({ kind = "plain", className = "", type = "button", ...props }: ButtonProps) {
  return (
    <button
      type={type}
      className={`inline-flex min-h-11 items-center justify-center rounded-control text-sm transition duration-150 disabled:opacity-50 disabled:pointer-events-none ${kinds[kind]} ${className}`}
      {...props}
    />
  );
}
