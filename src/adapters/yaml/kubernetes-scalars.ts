import type { ScalarTag, Tags } from 'yaml';

/**
 * Plain scalars as Kubernetes' reader takes them: sigs.k8s.io/yaml v1.6, on go.yaml.in/yaml/v2 v2.4
 * (resolve.go), which reads YAML 1.1.
 */

/**
 * `yes`, `on` and their opposites are booleans. `y` and `n` are too, but far more often somebody's names; where
 * they are meant as booleans, a pod's shape refuses the text.
 */
const BOOL: ScalarTag = {
  identify: (value) => typeof value === 'boolean',
  default: true,
  tag: 'tag:yaml.org,2002:bool',
  test: /^(?:yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
};

const INTEGER = /^([-+]?)(?:0x([0-9a-f]+)|0b([01]+)|0o?([0-7]+)|(0|[1-9][0-9]*))$/i;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:e[-+]?[0-9]+)?$/i;

function integerOf(text: string): number | undefined {
  const [, sign, hex, binary, octal, decimal] = INTEGER.exec(text) ?? [];
  const digits = hex ?? binary ?? octal ?? decimal;
  if (digits === undefined) return undefined;
  let base = 10;
  if (hex !== undefined) base = 16;
  else if (binary !== undefined) base = 2;
  else if (octal !== undefined) base = 8;
  const value = Number.parseInt(digits, base);
  return sign === '-' ? -value : value;
}

/** Underscores count for nothing, `0b`, `0o` and a leading `0` choose the base; anything else is text. */
const NUMBER: ScalarTag = {
  identify: () => false,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  test: /^[-+0-9][-+.\w]*$/,
  resolve(text) {
    const digits = text.replaceAll('_', '');
    const integer = integerOf(digits);
    if (integer !== undefined) return integer;
    return FLOAT.test(digits) ? Number(digits) : text;
  },
};

/** The tags of the core schema with those of Kubernetes; the first that fits a scalar counts. */
export function kubernetesTags(core: Tags): Tags {
  return [NUMBER, ...core, BOOL];
}
