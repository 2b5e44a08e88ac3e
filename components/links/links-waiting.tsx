/** Empty rows, while the links are on their way. */
export function LinksWaiting() {
  return (
    <div aria-hidden="true" className="mt-4">
      {["a", "b", "c"].map((row) => (
        <div key={row} className="flex gap-4 border-b border-line py-3.5">
          <div className="aspect-3/2 w-24 shrink-0 rounded-control bg-stage sm:w-32" />
          <div className="h-4 w-1/2 rounded-sm bg-stage" />
        </div>
      ))}
    </div>
  );
}
