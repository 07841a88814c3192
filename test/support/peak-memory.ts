/**
 * An expression for the most memory that a process has had, in KiB, to be put into a script of Node's. The `maxRSS` of
 * `process.resourceUsage()` counts what the parent had when it started the process; Linux's VmHWM does not.
 */
export const PEAK_KIB = `(() => {
  try {
    return Number(/^VmHWM:\\s*(\\d+)/m.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
})()`;
