/**
 * Every answer of this server to a call bears this header, with the server's time in milliseconds. An answer without it
 * comes from a gateway, a firewall or a sign-in page in between, which knows nothing of what was sent or paid.
 */
export const ANSWER_MARK = "x-firstframe-answer";
