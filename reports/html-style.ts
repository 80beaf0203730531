/** The report's style sheet: system fonts, light and dark, wide tables scroll on a screen and wrap on paper. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2024, #e6e8eb);
  --quiet: light-dark(#60646c, #a0a5ad);
  --line: light-dark(#d9dce1, #3a3f47);
  --good: light-dark(#0f6b3a, #6fd39b);
  --good-ground: light-dark(#e8f5ed, #14301f);
  --bad: light-dark(#a3160f, #ff9c94);
  --bad-ground: light-dark(#fdecea, #3d1512);
  --ground: light-dark(#ffffff, #15181c);
}
body {
  margin: 2.5rem auto; max-width: 62rem; padding: 0 1.25rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p, ul { margin: .5rem 0; }
ul { padding-left: 1.25rem; }
.quiet, .about { color: var(--quiet); }
.about, small { font-size: .85rem; }
.verdicts { list-style: none; padding: 0; }
.verdicts li { border-left: .3rem solid var(--line); margin: .5rem 0; padding: .35rem .75rem; }
.verdicts .good { border-color: var(--good); }
.verdicts .bad { background: var(--bad-ground); border-color: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
caption { color: var(--quiet); font-size: .85rem; padding: .25rem 0; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top; }
th { font-weight: 600; }
thead small { color: var(--quiet); display: block; font-weight: 400; }
tbody th { font-weight: 400; }
td.good { background: var(--good-ground); color: var(--good); }
td.bad { background: var(--bad-ground); color: var(--bad); }
td.quiet { color: var(--quiet); }
.flag { color: var(--bad); font-weight: 700; }
code, .hash { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
dl { display: grid; gap: .2rem 1rem; grid-template-columns: max-content 1fr; }
dt { font-weight: 600; }
dd { margin: 0; }
summary { cursor: pointer; }
@media print {
  :root { color-scheme: light; }
  body { font-size: 9.5pt; margin: 0; max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  thead { display: table-header-group; }
  tr, li { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  td.good, td.bad, .verdicts li { print-color-adjust: exact; }
}
`
