/** How many generations, or links, one request removes at most. */
export const MOST_REMOVED = 500;
