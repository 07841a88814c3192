import { type Release, releaseDate, releases } from '../rewrite/releases.ts';
import { finding, type NodeFinding } from './node-finding.ts';

/** What is known of the installed runsc. */
export type RunscFacts =
  | { readonly kind: 'absent' }
  /** It is there, on a file system that is not this machine's own: not to be run. */
  | { readonly kind: 'not-run'; readonly path: string }
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'release'; readonly release: Release };

/** The rule set of a release, by its first release's date; `undefined` before the first. */
export function ruleSetOf(release: Release): string | undefined {
  const date = releaseDate(release);
  return releases.findLast((row) => row.release <= date)?.release;
}

/** From this release on runsc keeps what an emptyDir held, and a `shared` hint shares. */
const KEEPS_DATA = '20250611';

/** Checks the installed runsc. */
export function checkRunsc(facts: RunscFacts): NodeFinding[] {
  if (facts.kind === 'absent') {
    return [
      finding(
        'DOCTOR_RUNSC_NOT_FOUND',
        'a gVisor runtime is configured, but runsc is missing: its sandboxes do not start. Install runsc and containerd-shim-runsc-v1 of one release in /usr/local/bin.',
      ),
    ];
  }
  if (facts.kind === 'not-run') {
    return [
      finding(
        'DOCTOR_RUNSC_NOT_RUN',
        `the release of ${facts.path} is not known: a program of another root is not run. Run it on its own node with --version.`,
        { path: facts.path },
      ),
    ];
  }
  if (facts.kind === 'unusable') return [finding('DOCTOR_RUNSC_UNUSABLE', facts.reason)];
  const rules = ruleSetOf(facts.release);
  if (rules === undefined) {
    return [
      finding(
        'DOCTOR_RUNSC_TOO_OLD',
        `runsc is release ${facts.release}, older than the first one known here (${releases[0]?.release}). Install a newer one.`,
      ),
    ];
  }
  if (rules >= KEEPS_DATA) return [];
  return [
    finding(
      'DOCTOR_RUNSC_OLD',
      `runsc is release ${facts.release} (rules of ${rules}): before ${KEEPS_DATA} a hint hides what an emptyDir already holds, and a hint of type bind can lose writes. Install a newer one before you rely on hints.`,
    ),
  ];
}
