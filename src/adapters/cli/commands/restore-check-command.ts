import type { CheckRestore, RestoreReport } from '../../../application/check-restore.ts';
import { type FindBundlesPorts, findBundles } from '../../../application/find-bundles.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { RESTORE_VALIDATIONS } from '../../../domain/restore/compare-for-restore.ts';
import { describeRestoreDifference } from '../../../domain/restore/restore-difference.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import type { RuntimeRelease } from '../../../ports/runtime-release.ts';
import { AskedRelease } from '../options/asked-release.ts';
import { choiceOption } from '../options/choice-option.ts';
import { formatOption, JSON_OPTION } from '../options/format-option.ts';
import { RELEASE_OPTIONS } from '../options/release-options.ts';
import type { RestoreCheckRecord } from '../rendering/json-records.ts';
import { describeRestoreProblem, renderRestore } from '../rendering/render-restore.ts';
import { adviceOf, asMountHintsError, errorLine, errorRecord } from '../terminal/exit-status.ts';
import { styleOf } from '../terminal/style.ts';
import { type Command, type CommandSpec, flag, type Invocation } from './command.ts';

/** What `restore-check` needs from outside. */
export interface RestoreCheckWiring {
  /** Where the bundles to restore are found. */
  readonly bundles: FindBundlesPorts;
  runtime(runsc: string | undefined): RuntimeRelease;
  readonly restores: CheckRestore;
}

const FORMATS = ['table', 'json'] as const;

/** `mount-hints restore-check` as its user sees it. */
export const restoreCheckSpec = {
  name: 'restore-check',
  summary: 'tell whether runsc will restore a pod from its checkpoint',
  usage: '[OPTIONS] CHECKPOINT RESTORE…',
  details: `Compares the specs that a checkpoint was made of with those that are to be restored, as runsc does, and lists every difference: refused, warned of, or ignored. CHECKPOINT is the image directory of "runsc checkpoint" (or its checkpoint.img), a bundle or a config.json; RESTORE the bundles to restore, the sandbox first: each a bundle, a config.json, a quoted glob, or a directory of bundles. Of a sandbox alone, the containers beside it are taken too.

The exit status is 1 if the restore would be refused. docs/restore.md has the rules.`,
  options: {
    release: RELEASE_OPTIONS.release,
    runsc: RELEASE_OPTIONS.runsc,
    validation: {
      type: 'string',
      value: 'POLICY',
      choices: RESTORE_VALIDATIONS,
      help: "runsc's --restore-spec-validation: enforce (default), warning or ignore",
    },
    all: { type: 'boolean', short: 'a', help: 'show the differences that runsc ignores too' },
    format: { type: 'string', value: 'FORMAT', choices: FORMATS, help: 'table (default) or json' },
    ...JSON_OPTION,
  },
} as const satisfies CommandSpec;

function jsonOf(checkpoint: string, release: string, report: RestoreReport): string {
  const { verdict, problems, containers, paths, runscVersion } = report;
  const record: RestoreCheckRecord = {
    path: checkpoint,
    checkpoint,
    release,
    ...(runscVersion !== undefined && { runscVersion }),
    verdict,
    problems: problems.map((problem) => ({ ...problem, text: describeRestoreProblem(problem) })),
    containers: containers.map(({ index, differences, ...container }) => ({
      ...container,
      path: paths[index],
      differences: differences.map((each) => ({ ...each, text: describeRestoreDifference(each) })),
    })),
  };
  return `${safeJson(record)}\n`;
}

/** The bundles to restore; one that cannot be looked at is one that is missing. */
async function bundlesOf(ports: FindBundlesPorts, restore: readonly string[]): Promise<readonly string[]> {
  const refuse = (error: MountHintsError): never => {
    throw error;
  };
  const found: string[] = [];
  for (const argument of restore) found.push(...(await findBundles(ports, argument, refuse)));
  return [...new Set(found)];
}

async function compare(
  invocation: Invocation,
  wiring: RestoreCheckWiring,
  [checkpoint, restore]: readonly [string, readonly string[]],
): Promise<number> {
  const { terminal } = invocation;
  const validation = choiceOption(invocation, 'restore-check', 'validation', RESTORE_VALIDATIONS, 'enforce');
  const isJson = formatOption(invocation, 'restore-check', FORMATS, 'table') === 'json';
  const release = await AskedRelease.of(invocation, wiring.runtime);
  try {
    const paths = await bundlesOf(wiring.bundles, restore);
    const report = await wiring.restores.compare(checkpoint, paths, release.release, { validation });
    release.tellAssumption();
    const show = { columns: terminal.columns, style: styleOf(terminal), all: flag(invocation, 'all') };
    terminal.out(isJson ? jsonOf(checkpoint, release.date, report) : renderRestore(checkpoint, report, show));
    return report.verdict === 'refused' ? 1 : 0;
  } catch (thrown) {
    const error = asMountHintsError(thrown);
    if (isJson) {
      const record: RestoreCheckRecord = {
        path: checkpoint,
        checkpoint,
        release: release.date,
        error: errorRecord(error),
      };
      terminal.out(`${safeJson(record)}\n`);
    } else terminal.error(errorLine(error, undefined, adviceOf(restoreCheckSpec.options)));
    return error.exitCode;
  }
}

/** `mount-hints restore-check`: whether a pod can be restored from its checkpoint. */
export function createRestoreCheckCommand(wiring: RestoreCheckWiring): Command {
  return {
    ...restoreCheckSpec,
    run(invocation) {
      const [checkpoint, ...restore] = invocation.positionals;
      if (checkpoint === undefined || restore.length === 0) {
        throw new MountHintsError(
          'MH_USAGE',
          'mount-hints restore-check: give a CHECKPOINT (an image directory, a bundle or a config.json) and the bundles to RESTORE.',
        );
      }
      return compare(invocation, wiring, [checkpoint, restore]);
    },
  };
}
