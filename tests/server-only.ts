// Replaces the package "server-only" in Vitest, because it throws outside of a React server build.
export {};
