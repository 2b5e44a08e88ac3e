/** How many videos one ZIP file may have. */
export const MOST_IN_A_ZIP = 100;
