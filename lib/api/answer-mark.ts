/**
 * Every answer of this server has this header, with the server's time in milliseconds. An answer without it comes from
 * a gateway, a firewall or a sign-in page in between, which does not know what was sent or paid.
 */
export const ANSWER_MARK = "x-firstframe-answer";
