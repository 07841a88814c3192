import { describe, expect, test } from '@jest/globals';
import { probe } from '../../support/probe-runtime.ts';
import { SCRIPT, SHELLS } from '../../support/runtime-script.ts';

const COMMANDS = [
  ['state', 'id'],
  ['create', '--preserve-fds', '6', 'an id'],
  ['run', '--bundle', '.', "i'd"],
  ['--log', '/dev/null', 'exec', 'id', 'a  b', '', '*', '$HOME'],
];

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('under %s', (_, shell) => {
  test.each(COMMANDS.map((args) => [args.join(' '), args] as const))(
    'the real runtime sees the same as without the script: %s',
    async (_words, args) => {
      const direct = await probe((path) => ({ words: [path], environment: {} }), args);
      const within = await probe(
        (path) => ({
          words: [...shell, SCRIPT],
          environment: { MOUNT_HINTS_RUNTIME: path, MOUNT_HINTS_NODE: '/bin/true' },
        }),
        args,
      );
      expect(within).toEqual(direct);
      expect(direct[0]).toEqual(['status', 37]);
      const seen = (direct[1] as [string, string[]])[1].join('\n');
      for (const sign of ['the same pid', '8 ROOT/bundle', 'LISTEN_FDS=2', 'standard input', '0027']) {
        expect(seen).toContain(sign);
      }
    },
  );
});
