import { styleText } from 'node:util';

/** Dresses a text for a terminal, or leaves it as it is. */
export type Style = (format: Parameters<typeof styleText>[0], text: string) => string;

const COLOURED: Style = (format, text) => styleText(format, text, { validateStream: false });
const PLAIN: Style = (_format, text) => text;

/** The style of a terminal that may or may not be coloured. */
export function styleOf({ colour }: { readonly colour: boolean }): Style {
  return colour ? COLOURED : PLAIN;
}
