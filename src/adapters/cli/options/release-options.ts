import type { OptionSpec } from '../commands/command.ts';

/** The options by which a command learns which gVisor it works for. */
export const RELEASE_OPTIONS = {
  release: {
    type: 'string',
    value: 'RELEASE',
    help: "the gVisor release whose rules hold: auto (default; the installed runsc's, or latest without one), latest, or a date as in its tag, such as 20260615",
    choices: ['auto', 'latest'],
  },
  runsc: {
    type: 'string',
    value: 'PATH',
    help: 'the runsc that --release auto asks (default: the one on PATH)',
  },
  'kubelet-dir': { type: 'string', value: 'DIR', help: "kubelet's --root-dir (default /var/lib/kubelet)" },
} as const satisfies Record<string, OptionSpec>;
