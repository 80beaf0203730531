/** What a run found besides the matrix, as HTML. */
import { html, type Markup, nothing } from './markup.ts'
import { nativeAnswer } from './native-answer.ts'
import type { PolicyRecord, RunRecord } from './record.ts'

export interface Finding {
  readonly flag: string
  readonly text: string
}

export function findingsMarkup(heading: string, findings: readonly Finding[]): Markup {
  if (findings.length === 0) return nothing
  return html`<h3>${heading}</h3>
<ul>
${findings.map(
  ({ flag, text }) => html`<li><span class="flag">${flag}</span> ${text}</li>
`,
)}</ul>`
}

/** Open where something was refused: that is what the reader came for. */
export function installsMarkup({ installs }: PolicyRecord): Markup {
  const refused = installs.filter((each) => !each.accepted)
  const accepted = installs.length - refused.length
  const rows = html`<div class="scroll"><table>
<caption>What each device answered to what it was delivered</caption>
<thead><tr><th scope="col">Device</th><th scope="col">Profile</th><th scope="col">Channel</th><th scope="col">The platform’s own answer</th></tr></thead>
<tbody>
${[...refused, ...installs.filter((each) => each.accepted)].map(
  (
    each,
  ) => html`<tr><th scope="row">${each.device}</th><td>${each.profile}</td><td>${each.channel}</td><td class="${each.accepted ? 'plain' : 'bad'}">${each.accepted ? '' : 'REFUSED: '}${nativeAnswer(each)}${each.reasons.map(
    ({ code, message }) => html`<br><small>${code}: ${message}</small>`,
  )}</td></tr>
`,
)}</tbody>
</table></div>`
  const summary = html`<summary>Installs: ${accepted} accepted, ${refused.length} refused</summary>
${rows}`
  return refused.length > 0 ? html`<details open>${summary}</details>` : html`<details>${summary}</details>`
}

export function secondOpinionsMarkup(opinions: RunRecord['secondOpinions']): Markup {
  const { asked, agreed, peers, disagreements, unavailable } = opinions
  return html`<section>
<h2>Second opinions</h2>
<p>${asked} asked, ${agreed} agreed, ${disagreements.length} differ.</p>
<ul>
${(peers ?? []).map(
  (
    each,
  ) => html`<li>${each.name} ${each.version}: ${each.asked} asked, ${each.agreed} agreed, ${each.cannotSay} beyond its limits</li>
`,
)}</ul>
${findingsMarkup(
  'Where they differ',
  disagreements.map(({ about, ours, theirs, peer }) => ({
    flag: 'DIFFERS',
    text: `${about}: smimelab says ${ours}, ${peer} says ${theirs}`,
  })),
)}
${findingsMarkup(
  'Who could not be asked',
  unavailable.map(({ peer, reason, install }) => ({ flag: 'NOT ASKED', text: `${peer}: ${reason}. Run: ${install}` })),
)}
</section>`
}
