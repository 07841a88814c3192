/** The colours of a picture, by name; each has a light and a dark value. All texts reach 4.5 : 1 on their ground. */
const COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  ground: ['#ffffff', '#14171c'],
  card: ['#ffffff', '#1c2027'],
  sunken: ['#f5f6f8', '#191d23'],
  edge: ['#d5dae1', '#363d48'],
  ink: ['#1b2430', '#e8ebf0'],
  quiet: ['#586474', '#a3adba'],
  memory: ['#9a5b00', '#f0b45a'],
  'memory-tint': ['#fdf1dc', '#392c14'],
  disk: ['#176b45', '#6fcf9f'],
  'disk-tint': ['#e2f4ea', '#17342a'],
  host: ['#1f5fa8', '#84b6f4'],
  'host-tint': ['#e5effa', '#1a2e47'],
  layer: ['#6c43a8', '#c0a2f0'],
  'layer-tint': ['#efe8f9', '#2d2344'],
  none: ['#b3261e', '#ff9a90'],
  'none-tint': ['#fce8e6', '#44201d'],
  error: ['#b3261e', '#ff9a90'],
  warning: ['#8f5600', '#f0b45a'],
  add: ['#1f5fa8', '#84b6f4'],
  fine: ['#586474', '#a3adba'],
};

const KINDS = ['memory', 'disk', 'host', 'layer', 'none'];

function variables(index: 0 | 1): string {
  return Object.entries(COLOURS)
    .map(([name, values]) => `--${name}:${values[index]}`)
    .join(';');
}

/** The variables of both schemes, for an element that a selector names. `data-scheme` on it overrules the system. */
export function colourVariables(selector: string): string {
  return [
    `${selector}{color-scheme:light dark;${variables(0)}}`,
    `@media (prefers-color-scheme:dark){${selector}:not([data-scheme=light]){${variables(1)}}}`,
    `${selector}[data-scheme=dark]{color-scheme:dark;${variables(1)}}`,
    `${selector}[data-scheme=light]{color-scheme:light}`,
    `@media print{${selector}{${variables(0)}}}`,
  ].join('\n');
}

/** What the drawing itself needs. */
export const pictureStyle = `
.picture text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink);font-size:13px}
.picture .mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:12px}
.picture .name{font-size:15px;font-weight:650}
.picture .big{font-size:15px;font-weight:650}
.picture .quiet{fill:var(--quiet);font-size:12px}
.picture .label{fill:var(--quiet);font-size:11px;font-weight:600;letter-spacing:.04em}
.picture .box{fill:var(--card);stroke:var(--edge)}
.picture .rule{stroke:var(--edge)}
.picture .icon{fill:none;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
.picture .wire{fill:none;stroke-width:1.75}
.picture .dash{stroke-dasharray:5 4}
.picture .dots{stroke-dasharray:1.5 4;stroke-linecap:round}
.picture .error{fill:var(--error)}
.picture .warning{fill:var(--warning)}
.picture .add{fill:var(--add)}
.picture .fine{fill:var(--fine)}
.picture .strong{font-weight:600}
.picture .cross{stroke:var(--error);stroke-width:2;fill:none}
.picture a{cursor:pointer;outline:none}
.picture a:hover .box{stroke:var(--quiet)}
.picture a.chosen .box,.picture a:focus-visible .box{stroke:var(--host);stroke-width:2}
${KINDS.map(
  (kind) =>
    `.picture .k-${kind} .icon,.picture .wire.k-${kind}{stroke:var(--${kind})}.picture .k-${kind} .tint{fill:var(--${kind}-tint)}.picture .k-${kind} .big{fill:var(--${kind})}.picture .port.k-${kind}{fill:var(--${kind})}`,
).join('\n')}
`.trim();
