import { annotateSpec } from '../adapters/cli/commands/annotate-command.ts';
import { checkSpec } from '../adapters/cli/commands/check-command.ts';
import type { CommandSpec } from '../adapters/cli/commands/command.ts';
import { completionSpec } from '../adapters/cli/commands/completion-command.ts';
import { demoSpec } from '../adapters/cli/commands/demo-command.ts';
import { doctorSpec } from '../adapters/cli/commands/doctor-command.ts';
import { explainSpec } from '../adapters/cli/commands/explain-command.ts';
import { installSpec } from '../adapters/cli/commands/install-command.ts';
import { krmSpec } from '../adapters/cli/commands/krm-command.ts';
import { policySpec } from '../adapters/cli/commands/policy-command.ts';
import { restoreCheckSpec } from '../adapters/cli/commands/restore-check-command.ts';
import { runtimeConfigSpec } from '../adapters/cli/commands/runtime-config-command.ts';
import { uninstallSpec } from '../adapters/cli/commands/uninstall-command.ts';
import { updateSpec } from '../adapters/cli/commands/update-command.ts';

/** Every command, in the order of the help; each has its wiring in `commands/NAME.ts`. */
export const commandSpecs: readonly CommandSpec[] = [
  updateSpec,
  explainSpec,
  checkSpec,
  annotateSpec,
  krmSpec,
  policySpec,
  doctorSpec,
  restoreCheckSpec,
  runtimeConfigSpec,
  installSpec,
  uninstallSpec,
  demoSpec,
  completionSpec,
];
