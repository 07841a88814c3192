import { resolve } from 'node:path';
import { chooseRelease } from '../../application/choose-release.ts';
import type { PrepareBundle, PreparedBundle } from '../../application/prepare-bundle.ts';
import { isMountHintsError, MountHintsError } from '../../domain/mount-hints-error.ts';
import { describeRestoreDifference } from '../../domain/restore/restore-difference.ts';
import { describeNote } from '../../domain/rewrite/notes.ts';
import type { Release } from '../../domain/rewrite/releases.ts';
import type { RuntimeRelease } from '../../ports/runtime-release.ts';
import { type RuntimeArguments, readRuntimeArguments } from './runtime-arguments.ts';
import { RuntimeLog } from './runtime-log.ts';

/** What the composition root gives to a run. */
export interface RuntimeWiring {
  prepareBundle(args: RuntimeArguments): PrepareBundle;
  /** The release of the real runtime. */
  release(runtime: string): RuntimeRelease;
}

/** The script's cue that the error has been reported and only ON_ERROR is left to obey. */
const REPORTED = 3;

function runtimeUnusable(runtime: string, error: MountHintsError): MountHintsError {
  const { reason } = error.details;
  const what =
    reason === 'timeout'
      ? `"${runtime} --version" did not end in time: try it, and look at what it waits for. Or set`
      : `${runtime} does not say which gVisor release it is, as a runtime that is not runsc never does. Set`;
  return new MountHintsError(
    'MH_RUNTIME_UNUSABLE',
    `${what} RELEASE, such as RELEASE=20260615, in runtime.conf or MOUNT_HINTS_RELEASE.`,
    { runtime, reason },
    error,
  );
}

/** @throws MH_INPUT_NOT_FOUND if the path is relative and the working directory has been removed. */
function absolute(path: string): string {
  try {
    return resolve(path);
  } catch (error) {
    throw new MountHintsError(
      'MH_INPUT_NOT_FOUND',
      `The bundle "${path}" is named from the working directory, which has been removed. Name it by an absolute path.`,
      { path },
      error,
    );
  }
}

async function releaseOf(args: RuntimeArguments, wiring: RuntimeWiring): Promise<Release> {
  try {
    const { release } = await chooseRelease(args.release, wiring.release(args.runtime));
    return release;
  } catch (error) {
    if (!isMountHintsError(error)) throw error;
    if (error.code === 'MH_RUNSC_UNUSABLE') throw runtimeUnusable(args.runtime, error);
    throw new MountHintsError(
      error.code,
      `${args.releaseFrom}: ${error.message}`,
      { ...error.details, from: args.releaseFrom },
      error,
    );
  }
}

async function rewrite(args: RuntimeArguments, wiring: RuntimeWiring, log: RuntimeLog): Promise<void> {
  const bundle = absolute(args.bundle ?? '');
  // crun takes its default name for the bundle's own file, and any other from the working directory.
  const hasOwnSpec = args.spec !== undefined && args.spec !== 'config.json';
  const location = hasOwnSpec ? absolute(args.spec ?? '') : bundle;
  const release = await releaseOf(args, wiring);
  const result = await wiring.prepareBundle(args).run(bundle, location, release);
  const notes = result.notes.map(describeNote);
  const message = result.changed ? `rewrote ${location}` : `nothing to rewrite in ${location}`;
  log.record(result.changed ? 'info' : 'debug', message, { release: result.release, notes });
  tellRestore(result, location, log);
}

/** What a restore will come to, before the runtime is asked. */
function tellRestore({ restore, restoreError }: PreparedBundle, location: string, log: RuntimeLog): void {
  if (restoreError) {
    const { code, message } = restoreError;
    log.report('warning', `${location} was not compared with its checkpoint: ${code}: ${message}`, { code });
  }
  if (restore === undefined) return;
  const { verdict, differences } = restore;
  const told = differences.map(describeRestoreDifference);
  if (verdict === 'accepted')
    log.record('info', `${location} fits its checkpoint`, { verdict, differences: told });
  else {
    const refused = differences.filter(({ outcome }) => outcome === 'refused').map(describeRestoreDifference);
    const message = `${location} does not fit its checkpoint, and runsc will refuse the restore: ${refused.join('; ')}`;
    log.report('warning', message, { verdict, differences: told });
  }
}

function report(thrown: unknown, args: RuntimeArguments, log: RuntimeLog): void {
  const isOurs = isMountHintsError(thrown);
  const code = isOurs ? thrown.code : 'MH_BUG';
  const message = `${code}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  const fields = { code, ...(isOurs && { details: thrown.details }) };
  if (args.onError === 'fail') log.report('error', message, fields);
  else log.report('warning', `${message} The container starts unchanged (ON_ERROR=ignore).`, fields);
}

/**
 * The Node half of `mount-hints-runtime`: rewrites one bundle, and tells errors as an OCI runtime would.
 * Nothing is ever written to standard output.
 *
 * @returns 0 if the bundle is as it should be, 3 if an error has been reported.
 */
export async function rewriteBeforeStart(words: readonly string[], wiring: RuntimeWiring): Promise<number> {
  const args = readRuntimeArguments(words);
  const log = new RuntimeLog(args);
  try {
    await rewrite(args, wiring, log);
    return 0;
  } catch (thrown) {
    report(thrown, args, log);
    return REPORTED;
  }
}
