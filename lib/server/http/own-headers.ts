import "server-only";

// Parts of this server use these headers to pass values on. A client can neither set nor see them.

/** On a request: the caller's network. */
export const CALLER = "x-firstframe-caller";

/** On the answer of a route handler: the length of its body. */
export const CONTENT_LENGTH = "x-content-length";
