import { connection } from "next/server";

export default async function NotFound() {
  // Made for each visit, as its scripts carry that visit's nonce.
  await connection();
  return (
    <main className="grid min-h-dvh place-content-center gap-3 px-6 text-center">
      <h1 className="text-3xl font-semibold tracking-tight">There is nothing here</h1>
      <p className="text-muted">The address is wrong, or what it named is gone.</p>
      {/* A plain link: this page is the floor that the studio's script is measured against. */}
      <p>
        <a className="underline underline-offset-4" href="/">
          Go to the studio
        </a>
      </p>
    </main>
  );
}
