import { rulesOf } from '../domain/rewrite/releases.ts';
import type { RuntimeRelease } from '../ports/runtime-release.ts';
import { expectCode, expectEqual, type TestRunner, withFresh } from './suite.ts';

/** What is installed: a release by its date, a runsc whose version tells none, no runsc, or one that fails. */
export type Installation = '20260615' | 'unnamed' | 'absent' | 'broken';

/** A port over an installation of its own. */
export interface RuntimeReleaseSubject {
  readonly runtime: RuntimeRelease;
  /** Takes it away. */
  dispose(): Promise<void>;
}

/** Makes a fresh subject with this installed. */
export type CreateRuntimeRelease = (installation: Installation) => Promise<RuntimeReleaseSubject>;

/** The contract of {@link RuntimeRelease}: run it against any adapter. */
export function runtimeReleaseContract({ test }: TestRunner, create: CreateRuntimeRelease): void {
  const withSubject = (
    name: string,
    installation: Installation,
    body: (r: RuntimeRelease) => Promise<void>,
  ) =>
    test(`RuntimeRelease ${name}`, () =>
      withFresh(
        () => create(installation),
        ({ runtime }) => body(runtime),
      ));

  withSubject('names an installed release, so that its rules are found', '20260615', async (runtime) => {
    const release = await runtime.installed();
    expectEqual('rules', release && rulesOf(release).release, '20260615');
  });
  withSubject('says the same twice', '20260615', async (runtime) => {
    expectEqual('release', await runtime.installed(), await runtime.installed());
  });
  withSubject('takes a runsc without a release for the latest', 'unnamed', async (runtime) => {
    expectEqual('release', await runtime.installed(), 'latest');
  });
  withSubject('knows none where no runsc is', 'absent', async (runtime) => {
    expectEqual('release', await runtime.installed(), undefined);
  });
  withSubject('rejects where a runsc does not answer', 'broken', async (runtime) => {
    await expectCode('installed', 'MH_RUNSC_UNUSABLE', () => runtime.installed());
  });
}
