import type { Edit } from '../../../domain/spec/edits.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';

function describe(edit: Edit): string {
  if (edit.kind === 'set-annotation') {
    const was = edit.was === undefined ? '' : ` (was ${JSON.stringify(edit.was)})`;
    return `set ${edit.key} = ${JSON.stringify(edit.value)}${was}`;
  }
  if (edit.kind === 'remove-annotation') return `remove ${edit.key} (was ${JSON.stringify(edit.was)})`;
  if (edit.kind === 'remove-mount') return `remove mount ${edit.destination}`;
  const type = edit.type ? ` type ${edit.type.was || '(none)'} -> ${edit.type.value || '(none)'}` : '';
  const options = edit.options
    ? ` options ${edit.options.was.join(',')} -> ${edit.options.value.join(',')}`
    : '';
  return `change mount ${edit.destination}:${type}${type && options ? ';' : ''}${options}`;
}

/** One line of plain words about an edit, safe to show on a terminal. */
export function describeEdit(edit: Edit): string {
  return oneLine(describe(edit));
}
