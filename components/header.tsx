import type { ReactNode } from "react";
import { SpendLink } from "@/components/spend-link";
import { Button, LinkButton } from "@/components/ui/button";
import { filled } from "@/components/ui/filled";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import type { Messages } from "@/lib/messages";

type HeaderProps = {
  /** Which page it stands on. */
  place: "studio" | "links";
  messages: Messages["served"]["studio"]["header"];
  upstream: UpstreamKind;
  /** Whether visitors have to sign in, and can therefore sign out. */
  isProtected: boolean;
  /** Whether visitors may use a fal key of their own, and whether this visitor does. */
  ownKey: "none" | "allowed" | "used";
};

export function Header({ messages, place, upstream, isProtected, ownKey }: HeaderProps) {
  const isPaid = upstream !== "local" && ownKey !== "used";
  return (
    <header className="border-b border-line">
      <div
        className={`relative mx-auto flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-1.5 sm:gap-x-4 sm:px-6 ${place === "studio" ? "max-w-[2560px]" : "max-w-[1400px]"}`}
      >
        <Brand href={place === "studio" ? undefined : "/"} label={messages.toStudio}>
          <svg viewBox="0 0 32 32" fill="none" aria-hidden="true" className="size-4 text-accent">
            <rect x="3" y="3" width="26" height="26" rx="6" stroke="currentColor" strokeWidth="5" />
            <path d="M12.5 9.5v13l10.500-6.500z" fill="currentColor" />
          </svg>
          firstframe
        </Brand>
        {upstream === "local" && (
          <LocalLabel messages={messages} isKeyAllowed={ownKey === "allowed"} />
        )}
        <div className="ml-auto flex flex-wrap items-center justify-end">
          {upstream !== "local" && <SpendLink isPaid={isPaid} />}
          <LinkButton
            kind="quiet"
            href="/links"
            aria-current={place === "links" ? "page" : undefined}
            className="aria-[current=page]:text-ink"
          >
            {messages.links}
          </LinkButton>
          {upstream !== "local" && ownKey !== "none" && (
            <LinkButton kind="quiet" href="/key">
              {ownKey === "used" ? messages.ownKeyUsed : messages.useOwnKey}
            </LinkButton>
          )}
          {isProtected && (
            <form method="post" action="/logout">
              <Button kind="quiet" type="submit">
                {messages.signOut}
              </Button>
            </form>
          )}
        </div>
      </div>
    </header>
  );
}

type BrandProps = { href: string | undefined; label: string; children: ReactNode };

/** Leads to the studio from every other page. */
function Brand({ href, label, children }: BrandProps) {
  const look = "flex items-center gap-2.5 text-title font-semibold tracking-tight";
  if (!href) return <p className={look}>{children}</p>;
  return (
    <a href={href} title={label} className={`min-h-11 ${look}`}>
      {children}
    </a>
  );
}

type LocalLabelProps = { messages: Messages["served"]["studio"]["header"]; isKeyAllowed: boolean };

function LocalLabel({ messages, isKeyAllowed }: LocalLabelProps) {
  return (
    <details className="group sm:relative">
      <summary className="flex min-h-11 list-none items-center text-xs sm:text-note text-ink [&::-webkit-details-marker]:hidden">
        <span className="flex items-center gap-2 rounded-control border border-line-strong bg-surface px-2.5 py-1.5 font-medium transition duration-150 group-open:border-accent hover:border-ink sm:px-3">
          <span className="sm:hidden">{messages.localShort}</span>
          <span className="max-sm:hidden">{messages.local}</span>
          <svg
            viewBox="0 0 8 5"
            aria-hidden="true"
            className="h-[5px] w-2 shrink-0 transition duration-150 group-open:rotate-180"
          >
            <path d="M0 0h8L4 5z" fill="currentColor" />
          </svg>
        </span>
      </summary>
      <div className="absolute inset-x-3.5 top-full z-20 mt-1 rounded-control border border-line bg-surface p-4 text-muted sm:inset-x-auto sm:left-0 sm:w-88">
        <p className="text-ink">{messages.localCost}</p>
        <p className="mt-2">{messages.localMeaning}</p>
        <p className="mt-2">
          {filled(messages.localKey, {
            setting: <code className="font-mono text-note text-ink">FAL_KEY=…</code>,
            file: <code className="font-mono text-note text-ink">.env</code>,
          })}
        </p>
        {isKeyAllowed && (
          <p className="mt-2">
            {filled(messages.localOwnKey, {
              link: (
                <a href="/key" className="text-ink underline underline-offset-4">
                  {messages.localOwnKeyLink}
                </a>
              ),
            })}
          </p>
        )}
      </div>
    </details>
  );
}
