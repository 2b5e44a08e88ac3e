type LibraryAsideProps = {
  state: "closed" | "open";
  messages: { closed: string; open: string; change: string };
};

/** Says that this browser has a second library on this server, with a link if it can be opened. */
export function LibraryAside({ state, messages }: LibraryAsideProps) {
  return (
    <div
      role="status"
      className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line pb-3 text-sm"
    >
      <p className="grow basis-80">{messages[state]}</p>
      {state === "open" && (
        <form method="post" action="/switch-library">
          <button
            type="submit"
            className="min-h-11 cursor-pointer font-semibold underline underline-offset-4"
          >
            {messages.change}
          </button>
        </form>
      )}
    </div>
  );
}
