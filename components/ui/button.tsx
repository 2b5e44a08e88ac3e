import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from "react";

type Kind = "primary" | "plain" | "quiet";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: Kind;
  ref?: Ref<HTMLButtonElement>;
};

const kinds = {
  primary: "px-4 bg-accent text-accent-ink font-semibold hover:brightness-108 active:brightness-95",
  plain: "px-3.5 sm:px-4 border border-line text-ink font-medium hover:border-line-strong",
  quiet: "px-1.5 sm:px-3 text-muted underline-offset-4 hover:text-ink hover:underline",
};

export function Button({ kind = "plain", className = "", type = "button", ...props }: ButtonProps) {
  return <button type={type} className={`${shapeOf(kind)} ${className}`} {...props} />;
}

type LinkButtonProps = AnchorHTMLAttributes<HTMLAnchorElement> & { kind?: Kind };

/** A link to a file or a page that looks like a button. */
export function LinkButton({ kind = "plain", className = "", ...props }: LinkButtonProps) {
  return <a className={`${shapeOf(kind)} ${className}`} {...props} />;
}

function shapeOf(kind: Kind): string {
  return `inline-flex min-h-11 items-center justify-center rounded-control text-sm transition duration-150 disabled:opacity-50 disabled:pointer-events-none ${kinds[kind]}`;
}
