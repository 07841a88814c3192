import { MountHintsError } from '../mount-hints-error.ts';

/** One requirement of a label selector, as the API has it. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/** A label selector of the Kubernetes API. */
export interface LabelSelector {
  readonly matchExpressions: readonly LabelRequirement[];
}

const KEY = '((?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-\\w.]{0,61}[A-Za-z0-9])?)';
const VALUE = '((?:[A-Za-z0-9](?:[-\\w.]{0,61}[A-Za-z0-9])?)?)';
const EQUALS = new RegExp(`^${KEY}\\s*(==?|!=)\\s*${VALUE}$`);
const SET = new RegExp(`^${KEY}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTS = new RegExp(`^(!?)\\s*${KEY}$`);
const ONE_VALUE = new RegExp(`^${VALUE}$`);

function valuesOf(list: string): readonly string[] | undefined {
  const values = list.split(',').map((value) => value.trim());
  return values.every((value) => ONE_VALUE.test(value)) ? values : undefined;
}

function parseRequirement(text: string): LabelRequirement | undefined {
  const [, equalKey, sign, value] = EQUALS.exec(text) ?? [];
  if (equalKey !== undefined && value !== undefined)
    return { key: equalKey, operator: sign === '!=' ? 'NotIn' : 'In', values: [value] };
  const [, setKey, word, list] = SET.exec(text) ?? [];
  const values = list === undefined ? undefined : valuesOf(list);
  if (setKey !== undefined && values !== undefined)
    return { key: setKey, operator: word === 'in' ? 'In' : 'NotIn', values };
  const [, not, key] = EXISTS.exec(text) ?? [];
  return key === undefined ? undefined : { key, operator: not === '!' ? 'DoesNotExist' : 'Exists' };
}

/**
 * Reads a label selector as kubectl's `--selector` has it: `a=b,c!=d,e in (x, y),f notin (z),g,!h`.
 *
 * @returns no requirement for an empty text.
 * @throws MH_USAGE
 */
export function parseLabelSelector(text: string): readonly LabelRequirement[] {
  if (text.trim() === '') return [];
  return text.split(/,(?![^(]*\))/).map((part) => {
    const requirement = parseRequirement(part.trim());
    if (requirement) return requirement;
    throw new MountHintsError(
      'MH_USAGE',
      `${JSON.stringify(text)} is not a label selector: ${JSON.stringify(part.trim())} is none of KEY=VALUE, KEY!=VALUE, KEY in (VALUE, …), KEY notin (VALUE, …), KEY, !KEY.`,
      { selector: text },
    );
  });
}
