/** The matrix of messages and devices as a table, its bands those of the terminal, each opening into its messages. */
import { type Band, bandsOf, cellWords } from './bands.ts'
import { causeWords } from './cause.ts'
import { html, type Markup } from './markup.ts'
import { platformNames } from './platform-name.ts'
import { policyNames } from './policy-name.ts'
import type { Cell, MessageRecord, PolicyRecord } from './record.ts'

export function matrixMarkup(policy: PolicyRecord): Markup {
  const bands = bandsOf(policy)
  if (bands.length === 0 || policy.devices.length === 0)
    return html`<p class="flag">Nothing to show: ${bands.length === 0 ? 'no message' : 'no device'}.</p>`
  const notes = notesByMessage(policy)
  return html`<div class="scroll"><table>
<caption>${policyNames[policy.policy]}: which device opens which mail. Messages that fared alike share a row.</caption>
<thead><tr><th scope="col">Mail</th>${policy.devices.map(
    ({ id, platform, os, user }) =>
      html`<th scope="col">${id}<small>${platformNames[platform]} ${os}</small><small>${user}</small></th>`,
  )}</tr></thead>
<tbody>
${bands.map(
  (band) => html`<tr><th scope="row">${bandMarkup(band, notes)}</th>${band.cells.map(cellMarkup)}</tr>
`,
)}</tbody>
</table></div>`
}

function cellMarkup(cell: Cell | undefined): Markup {
  const { text, tone } = cellWords(cell, (cause) => causeWords[cause].short)
  if (cell?.outcome !== 'closed') return html`<td class="${tone}">${text}</td>`
  return html`<td class="${tone}" title="${cell.cause}: ${causeWords[cell.cause].meaning}">${text}</td>`
}

function bandMarkup({ dates, live, messages }: Band, notes: ReadonlyMap<string, readonly string[]>): Markup {
  const what = live ? 'sent in this run' : messages.length === 1 ? 'message' : 'messages'
  return html`<details><summary>${dates} <span class="quiet">${messages.length} ${what}</span></summary>
<ul>
${messages.map((each) => messageMarkup(each, notes.get(each.id) ?? []))}</ul></details>`
}

function messageMarkup(message: MessageRecord, notes: readonly string[]): Markup {
  const { id, file, subject, date, from, algorithms } = message
  const about = [date?.slice(0, 10) ?? 'undated', from, file ?? id, ...algorithms].filter((each) => each !== '')
  return html`<li>${subject === '' ? '(no subject)' : subject}<br><small class="quiet">${about.join(', ')}</small>${notes.map(
    (note) => html`<br><small>${note}</small>`,
  )}</li>
`
}

/** `iphone, pixel: the key identifier matches no key`: devices with the same note together. */
function notesByMessage({ cells }: PolicyRecord): Map<string, string[]> {
  const devices = new Map<string, Map<string, string[]>>()
  for (const { message, device, note } of cells) {
    if (note === undefined) continue
    const notes = devices.get(message) ?? new Map<string, string[]>()
    notes.set(note, [...(notes.get(note) ?? []), device])
    devices.set(message, notes)
  }
  return new Map(
    [...devices].map(([message, notes]) => [message, [...notes].map(([note, ids]) => `${ids.join(', ')}: ${note}`)]),
  )
}
