/** The details of a volume, and findings. */
export const detailStyle = `
h3{margin:0 0 8px;font-size:16px;display:flex;justify-content:space-between;gap:12px;overflow-wrap:anywhere}
h4{margin:14px 0 4px;font-size:11px;font-weight:600;letter-spacing:.04em;text-transform:uppercase;color:var(--quiet)}
.quiet{color:var(--quiet);font-size:12.5px}
code,pre{font:12px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
.detail{background:var(--card);border:1px solid var(--edge);border-radius:10px;padding:16px 18px;scroll-margin-top:16px}
.detail:focus{outline:none}
${['memory', 'disk', 'host', 'layer', 'none'].map((kind) => `.detail.k-${kind} .word{color:var(--${kind})}`).join('')}
.word{white-space:nowrap}
.change{font-weight:600}
.error>strong,.change.error,.state.error,.stops{color:var(--error)}
.warning>strong,.change.warning,.state.warning{color:var(--warning)}
.info>strong,.change.add{color:var(--add)}
.change.fine,.state.fine{color:var(--fine);font-weight:400}
.stops{font-weight:600}
.findings{list-style:none}
.finding{padding:8px 0;border-top:1px solid var(--edge)}
.finding p{margin:2px 0 0;color:var(--quiet)}
.why{padding-left:18px}
.written{list-style:none}
.line{color:var(--quiet);font-size:12px;margin-right:4px}
.copy{position:relative}
.copy pre{margin:0;padding:10px 12px;background:var(--sunken);border-radius:7px;white-space:pre-wrap}
.copy button{margin-top:6px}
`.trim();

/** The page around the pictures. */
export const pageStyle = `
*{box-sizing:border-box}
body{margin:0 auto;max-width:1280px;padding:0 24px 64px;background:var(--ground);color:var(--ink);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header.page{display:flex;align-items:center;justify-content:space-between;gap:16px;padding:20px 0 12px;border-bottom:1px solid var(--edge)}
header.page button{flex:none}
h1{margin:0;font-size:20px;letter-spacing:-.01em}
h2{margin:0;font-size:18px;letter-spacing:-.01em;overflow-wrap:anywhere}
p{margin:0 0 6px}
ul,ol{margin:0;padding:0}
button,input,select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:7px;padding:4px 10px;min-height:32px}
button{cursor:pointer}
button:hover{border-color:var(--quiet)}
:focus-visible{outline:2px solid var(--host);outline-offset:2px}
.pod{padding:28px 0 8px}
.pod>header{margin-bottom:16px}
.view{display:grid;grid-template-columns:minmax(0,840px) minmax(280px,1fr);gap:28px;align-items:start}
.picture{display:block;width:100%;height:auto}
.picture.narrow{display:none}
.details{display:grid;gap:12px}
.scripted .details{position:sticky;top:16px}
.scripted .detail:not(.chosen){display:none}
.filters{display:flex;flex-wrap:wrap;gap:12px;align-items:center;padding:16px 0 10px}
.filters label{display:flex;gap:8px;align-items:center;color:var(--quiet)}
.index{list-style:none}
.index li{display:grid;grid-template-columns:minmax(0,1.2fr) minmax(0,1fr) 84px;gap:16px;padding:7px 0;border-top:1px solid var(--edge)}
.index a{color:inherit;text-decoration:none;overflow-wrap:anywhere}
.index a:hover strong{text-decoration:underline}
.pod+.pod{border-top:1px solid var(--edge)}
[hidden]{display:none!important}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (max-width:1099px){.view{grid-template-columns:minmax(0,1fr)}.scripted .details{position:static}}
@media (max-width:700px){body{padding:0 16px 48px}.picture.wide{display:none}.picture.narrow{display:block}.index li{grid-template-columns:minmax(0,1fr) auto}.index li>.quiet{display:none}}
@media print{body{max-width:none;padding:0}.view{display:block}.scripted .detail:not(.chosen){display:block}.detail,.picture{break-inside:avoid;margin-bottom:12px}.filters,button{display:none!important}.picture.narrow{display:none}.picture.wide{display:block}}
`.trim();
