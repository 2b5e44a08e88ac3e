/** What a film of the library carries while it is dragged: the click of its generation. */
export const FILM_TYPE = "application/x-firstframe-film";
