/**
 * The seed of everything random in the tests: fixed, so that the same tree passes or fails again, unless
 * MOUNT_HINTS_SEED is a number, or `random`, for which a new one is taken each time.
 */
const { MOUNT_HINTS_SEED = '20260615' } = process.env;
export const SEED = MOUNT_HINTS_SEED === 'random' ? Date.now() % 2 ** 31 : Number(MOUNT_HINTS_SEED);
