/** `*`, `gpt-*`, `*-mini`: a star stands for any text, once, and at one end. */
export const STAR_AT_ONE_END = '^([^*]*|[*][^*]*|[^*]*[*])$';
