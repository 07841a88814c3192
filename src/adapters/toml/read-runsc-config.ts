import { MountHintsError } from '../../domain/mount-hints-error.ts';

/** The table of a `runsc.toml` that holds the flags. Source: gVisor `pkg/shim/v1/runsc/service.go` (ConfigPath). */
const TABLE = 'runsc_config';

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The flags in the text of a `runsc.toml`, names and values as texts; none where it has none.
 *
 * @param path what the text is called in errors.
 * @throws MH_CONFIG_INVALID if the text is not TOML, or its flags are not a table.
 */
export async function readRunscConfig(path: string, text: string): Promise<Readonly<Record<string, string>>> {
  const { parse } = await import('smol-toml');
  let config: Readonly<Record<string, unknown>>;
  try {
    config = parse(text);
  } catch (error) {
    const { line = 1, column = 1 } = error as { line?: number; column?: number };
    throw new MountHintsError(
      'MH_CONFIG_INVALID',
      `${path}:${line}:${column}: this is not valid TOML. Correct it there; runsc's shim would not read it either.`,
      { path, line, column },
      error,
    );
  }
  const flags = config[TABLE] ?? {};
  if (!isTable(flags)) {
    throw new MountHintsError(
      'MH_CONFIG_INVALID',
      `${path}: ${TABLE} is not a table. Write the flags below a line [${TABLE}].`,
      { path },
    );
  }
  return Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, String(value)]));
}
