/**
 * The run record as one HTML file that needs nothing else: no script, no font, no request. The content security policy
 * allows exactly the one style sheet, by its hash, so that even a hole in the escaping could not run or fetch anything.
 */
import { createHash } from 'node:crypto'
import { findingsMarkup, installsMarkup, secondOpinionsMarkup } from './html-findings.ts'
import { matrixMarkup } from './html-matrix.ts'
import { styleSheet } from './html-style.ts'
import { legendOf } from './legend.ts'
import { html, Markup, nothing } from './markup.ts'
import { policyNames } from './policy-name.ts'
import type { PolicyRecord, RunRecord } from './record.ts'
import { doubtsAbout, standingOf } from './standing.ts'

const styleHash = createHash('sha256').update(styleSheet).digest('base64')
const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`

export function renderHtml(record: RunRecord): string {
  const { tenant, now, smimelab, seed, digest, policies } = record
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>smimelab: ${tenant}, ${now.slice(0, 10)}</title>
<style>${new Markup(styleSheet)}</style>
</head>
<body>
<header>
<h1>Who can read the mail of ${tenant}?</h1>
<p class="about">smimelab ${smimelab}, <time datetime="${now}">${now.slice(0, 16).replace('T', ' ')} UTC</time>${seed === undefined ? '' : `, seed ${seed}`}</p>
</header>
<main>
${verdictMarkup(record)}
${policies.map(policyMarkup)}
${legendMarkup(record)}
${secondOpinionsMarkup(record.secondOpinions)}
${findingsMarkup(
  'Problems in what was given',
  record.problems.map(({ severity, file, place, code, message }) => ({
    flag: severity === 'error' ? 'ERROR' : 'WARNING',
    text: `${file}${place === undefined ? '' : ` ${place}`}: ${code}: ${message}`,
  })),
)}
</main>
<footer><p class="about">Digest of the meaning of this run: <span class="hash">${digest}</span></p></footer>
</body>
</html>
`.text
}

function verdictMarkup(record: RunRecord): Markup {
  const doubts = doubtsAbout(record)
  if (record.policies.length === 0) return html`<p class="flag">No policy was run, so nothing was shown.</p>`
  return html`<section aria-label="Verdict">
<ul class="verdicts">
${record.policies.map(({ policy, verdict }) => {
  const { mark, tone, after } = standingOf(verdict)
  return html`<li class="${tone}">${mark} <strong>${policyNames[policy]}:</strong> ${verdict.sentence}${after}</li>
`
})}${doubts === undefined ? nothing : html`<li class="bad">× ${doubts.replace('see above', 'see below')}</li>`}
</ul>
</section>`
}

function policyMarkup(policy: PolicyRecord): Markup {
  const unsent = (policy.mail ?? []).filter((each) => !each.sent)
  return html`<section>
<h2>${policyNames[policy.policy]}</h2>
${matrixMarkup(policy)}
${findingsMarkup(
  'Faults',
  policy.faults.map(({ code, message, messageId, device }) => ({
    flag: 'FAULT',
    text: `${code}: ${message} ${[messageId, device].filter((each) => each !== undefined).join(' on ')}`,
  })),
)}
${findingsMarkup(
  'Mail that was not sent',
  unsent.map(({ device, message, error }) => ({
    flag: 'NOT SENT',
    text: `${device}: ${message}: ${error ?? 'no reason given'}`,
  })),
)}
${installsMarkup(policy)}
${keysMarkup(policy)}
</section>
`
}

function keysMarkup({ keys }: PolicyRecord): Markup {
  if (keys.length === 0) return nothing
  return html`<details><summary>Keys (${keys.length})</summary>
<div class="scroll"><table>
<caption>Encryption keys, by the name that they have in the matrix</caption>
<thead><tr><th scope="col">Key</th><th scope="col">Owner</th><th scope="col">Valid</th><th scope="col">SHA-256 of the certificate</th></tr></thead>
<tbody>
${keys.map(
  ({ label, owner, notBefore, notAfter, sha256 }) =>
    html`<tr><th scope="row">${label}</th><td>${owner}</td><td>${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}</td><td class="hash">${sha256}</td></tr>
`,
)}</tbody>
</table></div>
</details>`
}

function legendMarkup(record: RunRecord): Markup {
  const entries = legendOf(record)
  if (entries.length === 0) return nothing
  return html`<section>
<h2>What the cells say</h2>
<dl>
${entries.map(
  ({ mark, meaning }) => html`<dt>${mark}</dt><dd>${meaning}</dd>
`,
)}</dl>
</section>`
}
