/** The seed of everything random in the tests. */
export const SEED: number;
