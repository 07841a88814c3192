/**
 * `error`: will not start, loses data, or does not work on this node; `warning`: probably not what was meant;
 * `info`: good to know.
 */
export type Severity = 'error' | 'warning' | 'info';

/** From the worst on. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
