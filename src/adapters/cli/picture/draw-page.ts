import { createHash } from 'node:crypto';
import type { Picture, PictureFinding, PictureVolume } from '../../../domain/picture/picture.ts';
import { drawDetails } from './draw-details.ts';
import { drawSvg } from './draw-svg.ts';
import { markup } from './markup.ts';
import { pageScript } from './page-script.ts';
import { detailStyle, pageStyle } from './page-style.ts';
import { colourVariables, pictureStyle } from './picture-style.ts';

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const STYLE = `${colourVariables(':root')}\n${pictureStyle}\n${pageStyle}\n${detailStyle}`;

/** Nothing is loaded from anywhere, and nothing runs but the page's own script. */
const POLICY = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(pageScript)}; base-uri 'none'; form-action 'none'`;

/** How bad the worst finding of a pod is. */
function worstOf(picture: Picture): 'error' | 'warning' | 'fine' {
  const all: PictureFinding[] = [...picture.findings, ...picture.volumes.flatMap(({ findings }) => findings)];
  if (all.some(({ severity }) => severity === 'error')) return 'error';
  return all.some(({ severity }) => severity === 'warning') ? 'warning' : 'fine';
}

const STATE = { error: '✕ error', warning: '▲ warning', fine: '✓ fine' } as const;

function keptWords(volumes: readonly PictureVolume[]): string {
  const counts = new Map<string, number>();
  for (const { keptIn } of volumes) counts.set(keptIn, (counts.get(keptIn) ?? 0) + 1);
  return [...counts].map(([word, count]) => (count > 1 ? `${count} × ${word}` : word)).join(', ');
}

function drawIndex(pictures: readonly Picture[]): string {
  const rows = pictures.map((picture, index) => {
    const worst = worstOf(picture);
    return `<li data-state="${worst}" data-pod="pod-${index + 1}"><a href="#pod-${index + 1}"><strong>${markup(picture.title)}</strong> <span class="quiet">${markup(picture.file)}</span></a><span class="quiet">${markup(keptWords(picture.volumes))}</span><span class="state ${worst}">${STATE[worst]}</span></li>`;
  });
  return `<nav aria-label="Pods"><div class="filters"><label>Find <input type="search" id="find" autocomplete="off"></label><label>Show <select id="show"><option value="all">all pods</option><option value="found">with findings</option><option value="error">with errors</option></select></label><span id="count" role="status"></span></div><ol class="index">${rows.join('\n')}</ol></nav>`;
}

function drawPod(picture: Picture, number: number): string {
  const prefix = `p${number}-`;
  const link = { linkOf: (volume: string) => `#${prefix}${volume}`, standalone: false };
  const notes = picture.findings
    .map(
      ({ severity, code, message, fix, line }) =>
        `<li class="finding ${severity}"><strong>${severity}</strong> line ${line}: ${markup(message)} <code>${markup(code)}</code><p>${markup(fix)}</p></li>`,
    )
    .join('');
  const stops = picture.starts ? '' : '<p class="stops">✕ The sandbox does not start.</p>';
  return `<section class="pod" id="pod-${number}" aria-labelledby="title-${number}">
<header><h2 id="title-${number}">${markup(picture.title)}</h2><p class="quiet">${markup(picture.file)} · gVisor ${markup(picture.release)}</p></header>
${stops}${notes === '' ? '' : `<ul class="findings">${notes}</ul>`}
<div class="view"><div class="drawing">${drawSvg(picture, { ...link, shape: 'wide' })}
${drawSvg(picture, { ...link, shape: 'narrow' })}</div>
<div class="details">${picture.volumes.map((volume) => drawDetails(volume, prefix)).join('\n')}</div></div>
</section>`;
}

/**
 * Pictures as one page that needs nothing else: no request, no server, and without its script everything is shown
 * below one another. The same pictures give the same bytes.
 */
export function drawPage(pictures: readonly Picture[]): string {
  const [first] = pictures;
  const title = pictures.length === 1 && first ? `${first.title}: volumes in gVisor` : 'Volumes in gVisor';
  const index = pictures.length > 1 ? drawIndex(pictures) : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${markup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="page"><h1>${markup(pictures.length === 1 ? 'Volumes in gVisor' : `Volumes of ${pictures.length} pods in gVisor`)}</h1><button type="button" id="scheme" hidden>Dark or light</button></header>
<main>
${index}
${pictures.map((picture, at) => drawPod(picture, at + 1)).join('\n')}
</main>
<p id="copied" class="unseen" role="status"></p>
<script>${pageScript}</script>
</body>
</html>
`;
}
