import { oneLine } from '../../../domain/text/escape-controls.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text of a manifest's author, safe in HTML and XML, between tags and in quoted attributes. */
export function markup(text: string): string {
  return oneLine(text)
    .toWellFormed()
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"']/g, (each) => ENTITIES[each] ?? each);
}

/** Words as CSS classes. */
export function classes(...names: readonly (string | false)[]): string {
  return `class="${names.filter(Boolean).join(' ')}"`;
}
