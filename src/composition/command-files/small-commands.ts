/** The commands that are small, or seldom run, in one file; each is evaluated when it is asked for. */
type Main = (args: readonly string[]) => Promise<number>;

export const completion: Main = async (args) => (await import('../commands/completion.ts')).main(args);
export const demo: Main = async (args) => (await import('../commands/demo.ts')).main(args);
export const doctor: Main = async (args) => (await import('../commands/doctor.ts')).main(args);
export const help: Main = async (args) => (await import('../commands/help.ts')).main(args);
export const install: Main = async (args) => (await import('../commands/install.ts')).main(args);
export const policy: Main = async (args) => (await import('../commands/policy.ts')).main(args);
const restoreCheck: Main = async (args) => (await import('../commands/restore-check.ts')).main(args);
export const uninstall: Main = async (args) => (await import('../commands/uninstall.ts')).main(args);
const runtimeConfig: Main = async (args) => (await import('../commands/runtime-config.ts')).main(args);

export { restoreCheck as 'restore-check', runtimeConfig as 'runtime-config' };

/** The program of `kubectl-mount_hints`, which starts `program`, this package's, with a command. */
export async function kubectl(
  args: readonly string[],
  program: readonly [string, ...string[]],
): Promise<number> {
  return (await import('../kubectl.ts')).main(args, program);
}
