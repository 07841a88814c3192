/**
 * Makes the JSON Schemas in schemas/ of the types in src/adapters/cli/rendering/json-records.ts. With a word, into
 * that directory in the place of schemas/.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  AnnotatedType,
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  SchemaGenerator,
  StringType,
} from 'ts-json-schema-generator';
import ts from 'typescript';
import { root } from './bundle-settings.js';

/** The published schemas: each with the type that it is made of. */
const SCHEMAS = {
  update: 'UpdateRecord',
  explain: 'ExplainRecord',
  check: 'CheckRecord',
  annotate: 'AnnotateRecord',
  'restore-check': 'RestoreCheckRecord',
  doctor: 'DoctorRecord',
  install: 'InstallRecord',
  uninstall: 'UninstallRecord',
  'print-config': 'SettingsRecord',
  configuration: 'ConfigurationRecord',
};

/** A bigint is a string of digits in JSON. */
const bigints = {
  supportsNode: ({ kind }) => kind === ts.SyntaxKind.BigIntKeyword,
  createType: () => new AnnotatedType(new StringType(), { pattern: '^[0-9]+$' }, false),
};

const target = resolve(process.argv[2] ?? join(root, 'schemas'));
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const config = {
  ...DEFAULT_CONFIG,
  path: join(root, 'src/adapters/cli/rendering/json-records.ts'),
  tsconfig: join(root, 'tsconfig.json'),
  skipTypeCheck: true,
  // Programs may meet the output of a newer release.
  additionalProperties: true,
  topRef: false,
  sortProps: false,
};
const program = createProgram(config);
for (const [name, type] of Object.entries(SCHEMAS)) {
  // Whoever writes a configuration must hear of a misspelt key.
  const own = { ...config, additionalProperties: name !== 'configuration' };
  const parser = createParser(program, own, (chain) => chain.addNodeParser(bigints));
  const schema = new SchemaGenerator(program, parser, createFormatter(own), own).createSchema(type);
  writeFileSync(join(target, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
