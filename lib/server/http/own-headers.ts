import "server-only";

// Headers by which parts of this server tell one another something. A client can neither set nor see them.

/** On a request: the network that it comes from. */
export const CALLER = "x-firstframe-caller";

/** On the answer of a route handler: how long its body is. */
export const CONTENT_LENGTH = "x-content-length";
