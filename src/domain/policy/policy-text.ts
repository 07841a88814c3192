/**
 * Policies are written once, as data in which what depends on the options is marked, and filled in twice: with
 * values for manifests, and with template actions for a Helm chart. So both have the same expressions.
 */

/** What an option puts into an expression or a field. */
export type SlotName =
  | 'name'
  | 'handlers'
  | 'runtimeClasses'
  | 'noHint'
  | 'medium'
  | 'slackBytes'
  | 'slackShare'
  | 'optOutKey'
  | 'optOutValue'
  | 'failurePolicy'
  | 'namespaceSelector'
  | 'validationActions'
  /** An expression that these options do not need. */
  | 'nothing';

/** What an option decides on, with the answers that there are. */
export interface Axes {
  readonly rules: 'safe' | 'gke';
  readonly existing: 'keep' | 'overwrite';
  readonly size: 'off' | 'whole' | 'less-bytes' | 'less-share';
  readonly chosenBy: 'handler' | 'class';
  /** Whether the release that will run the pods can keep a hinted emptyDir on the host. */
  readonly forceShared: 'yes' | 'no';
}

/** Stands for the value of an option. */
export class Slot {
  readonly name: SlotName;

  constructor(name: SlotName) {
    this.name = name;
  }
}

/** Stands for one of several texts, by an option's answer. */
interface Choice {
  readonly axis: keyof Axes;
  readonly cases: Readonly<Record<string, PolicyText>>;
}

/** A text with marked places. */
export class PolicyText {
  readonly parts: readonly (string | Slot | Choice)[];

  constructor(parts: readonly (string | Slot | Choice)[]) {
    this.parts = parts;
  }
}

/** A node that its reader gets a word about. */
export class Commented {
  readonly comment: string;
  readonly node: PolicyNode;

  constructor(comment: string, node: PolicyNode) {
    this.comment = comment;
    this.node = node;
  }
}

/** A manifest, or a part of one. */
export type PolicyNode =
  | string
  | number
  | boolean
  | Slot
  | PolicyText
  | Commented
  | readonly PolicyNode[]
  | { readonly [key: string]: PolicyNode };

/** A text with marked places, as a template literal. */
export function text(
  strings: TemplateStringsArray,
  ...values: readonly (string | Slot | PolicyText)[]
): PolicyText {
  const parts = strings.flatMap((part, index) => {
    const value = values[index];
    if (value === undefined) return [part];
    return [part, ...(value instanceof PolicyText ? value.parts : [value])];
  });
  return new PolicyText(parts);
}

/** The place of an option's value. */
export function slot(name: SlotName): Slot {
  return new Slot(name);
}

/** One of several texts, by an option's answer. */
export function choose<A extends keyof Axes>(
  axis: A,
  cases: Readonly<Record<Axes[A], string | PolicyText>>,
): PolicyText {
  const texts = Object.entries<string | PolicyText>(cases).map(([answer, each]) => [
    answer,
    typeof each === 'string' ? new PolicyText([each]) : each,
  ]);
  return new PolicyText([{ axis, cases: Object.fromEntries(texts) }]);
}

/** How the marked places are filled. */
export interface Filling {
  /** What stands inside a text in a slot's place. */
  inText(slot: SlotName): string;
  /** What stands in the place of a whole node. */
  asNode(slot: SlotName): PolicyNode;
  /** Which of the cases stands there; each is rendered when it is asked for. */
  choice(axis: keyof Axes, cases: Readonly<Record<string, () => string>>): string;
}

function fillText({ parts }: PolicyText, filling: Filling): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part instanceof Slot) return filling.inText(part.name);
      const cases = Object.entries(part.cases).map(([answer, each]) => [
        answer,
        () => fillText(each, filling),
      ]);
      return filling.choice(part.axis, Object.fromEntries(cases));
    })
    .join('');
}

/** A manifest without marked places; `undefined` leaves a node out. */
export type FilledNode =
  | string
  | number
  | boolean
  | Commented
  | readonly FilledNode[]
  | { readonly [key: string]: FilledNode };

/** Fills the marked places of a manifest. A list's element with an empty expression is left out. */
export function fill(node: PolicyNode, filling: Filling): FilledNode {
  if (node instanceof Slot) return fill(filling.asNode(node.name), filling);
  if (node instanceof PolicyText) return fillText(node, filling).trim();
  if (node instanceof Commented) return new Commented(node.comment, fill(node.node, filling) as PolicyNode);
  if (Array.isArray(node)) return node.map((each) => fill(each, filling)).filter((each) => !isNothing(each));
  if (typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, fill(each, filling)]));
}

function isNothing(node: FilledNode): boolean {
  const bare = node instanceof Commented ? node.node : node;
  return typeof bare === 'object' && 'expression' in bare && bare.expression === '';
}

/** A filled manifest as plain data, without comments. */
export function withoutComments(node: FilledNode): unknown {
  if (node instanceof Commented) return withoutComments(node.node as FilledNode);
  if (Array.isArray(node)) return node.map(withoutComments);
  if (typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, withoutComments(each)]));
}
