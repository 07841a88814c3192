/** The bundler makes main.css of it. */
export type {};
