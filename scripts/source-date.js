import { execFileSync } from 'node:child_process';
import { root } from './bundle-settings.js';

/** The date of what is built, in seconds since 1970: SOURCE_DATE_EPOCH, or that of the last commit. */
export function sourceDate() {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined && !/^\d+$/.test(given)) {
    throw new Error(`SOURCE_DATE_EPOCH is ${JSON.stringify(given)}. Give seconds since 1970.`);
  }
  return Number(given ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }));
}
