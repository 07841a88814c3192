import { annotateSpec } from '../adapters/cli/annotate-command.ts';
import { checkSpec } from '../adapters/cli/check-command.ts';
import type { CommandSpec } from '../adapters/cli/command.ts';
import { completionSpec } from '../adapters/cli/completion-command.ts';
import { demoSpec } from '../adapters/cli/demo-command.ts';
import { doctorSpec } from '../adapters/cli/doctor-command.ts';
import { explainSpec } from '../adapters/cli/explain-command.ts';
import { krmSpec } from '../adapters/cli/krm-command.ts';
import { runtimeConfigSpec } from '../adapters/cli/runtime-config-command.ts';
import { updateSpec } from '../adapters/cli/update-command.ts';

/** Every command, in the order of the help; each has its wiring in `commands/NAME.ts`. */
export const commandSpecs: readonly CommandSpec[] = [
  updateSpec,
  explainSpec,
  checkSpec,
  annotateSpec,
  krmSpec,
  doctorSpec,
  runtimeConfigSpec,
  demoSpec,
  completionSpec,
];
