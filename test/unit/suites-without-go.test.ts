import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EARLIER_VERSIONS, findToolbox } from '../e2e/runsc/toolbox.ts';
import { findNode } from '../node/support/find-node.ts';
import { ERAS } from '../original/eras.ts';
import { findProgram } from '../original/original-program.ts';

/** The suites that build gVisor, on a machine that has no Go and has never built anything. */
describe('without Go and with an empty cache', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'mh-without-go-'));
  const { env } = process;
  beforeAll(() => {
    const withoutGo = (env.PATH ?? '')
      .split(delimiter)
      .filter((directory) => !existsSync(join(directory, 'go')));
    process.env = { ...env, PATH: withoutGo.join(delimiter), MOUNT_HINTS_E2E_CACHE: join(scratch, 'cache') };
    delete process.env.RUNSC;
    // Named, so that none is fetched.
    process.env.BUSYBOX = '/bin/true';
  });
  afterAll(() => {
    process.env = env;
    rmSync(scratch, { recursive: true, force: true });
  });

  test.each(['', 'hints-program', 'restore-program', 'bench-program'] as const)(
    'test:original tells why it has no program "%s"',
    async (program) => {
      const [era] = ERAS;
      const found = await findProgram(era!, program);
      expect(found).toEqual({ unavailable: expect.stringContaining('Go is not on PATH') });
    },
  );

  test('test:e2e tells why it has no earlier runsc', async () => {
    const found = await findToolbox(scratch, EARLIER_VERSIONS[0]!);
    expect(found).toEqual({ unavailable: expect.stringMatching(/Go is not there|need root|runs on Linux/) });
  });

  test('test:node tells why it has no node', async () => {
    const reason =
      /^(?:Go is not on PATH|it needs Linux|.* need root$|this process lacks CAP_|there are no cgroups|\S+ is not on PATH$)/;
    expect(await findNode(scratch)).toEqual({ unavailable: expect.stringMatching(reason) });
  });
});
