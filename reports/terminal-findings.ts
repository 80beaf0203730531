/** What a run found besides the matrix. Whatever is bad says so in a word: FAULT, ERROR, REFUSED, NOT SENT, DIFFERS. */
import { columnsOf, inert, inertWithin } from './inert.ts'
import { nativeAnswer } from './native-answer.ts'
import type { InstallRecord, PolicyRecord, RunRecord } from './record.ts'
import { hang, type Page, pad, type Tone } from './text-layout.ts'

/** Longer lists end in "and 12 more": all of it is in the record and in the HTML report. */
const mostListed = 20
const longestAnswer = 240

/** One line per device with its platform's own answers; then every refusal with its reasons. */
export function installLines({ devices, installs }: PolicyRecord, page: Page): string[] {
  const accepted = installs.filter((each) => each.accepted)
  const refused = installs.filter((each) => !each.accepted)
  const ids = [...new Set([...devices.map(({ id }) => id), ...installs.map((each) => each.device)])]
  const left = Math.max(0, ...ids.map((id) => columnsOf(inertWithin(id, 24))))
  const heading = `  installs  ${accepted.length} accepted, ${refused.length} refused`
  return [
    page.paint(installs.length === 0 ? 'bad' : 'plain', heading),
    ...ids.flatMap((id) => {
      const own = accepted.filter((each) => each.device === id)
      if (own.length === 0) return []
      return hang(`    ${pad(inertWithin(id, 24), left)}  ${own.length} accepted  `, answers(own), page.width).map(
        (line) => page.paint('quiet', line),
      )
    }),
    ...listed(refused, page, (each) => [
      flagged('REFUSED', `${each.device}: ${each.profile} (${each.channel} channel)`, page),
      ...hang('      ', inertWithin(nativeAnswer(each), longestAnswer), page.width),
      ...each.reasons.flatMap(({ code, message }) => hang('      ', inert(`${code}: ${message}`), page.width)),
    ]),
  ]
}

function answers(installs: readonly InstallRecord[]): string {
  const counted = new Map<string, number>()
  for (const each of installs) {
    const answer = nativeAnswer(each)
    counted.set(answer, (counted.get(answer) ?? 0) + 1)
  }
  const texts = [...counted].map(([answer, times]) => (times === 1 ? answer : `${answer} ×${times}`))
  return inertWithin(texts.join('; '), longestAnswer)
}

export function mailLines({ mail }: PolicyRecord, page: Page): string[] {
  if (mail === undefined) return []
  const failed = mail.filter((each) => !each.sent)
  const transports = [...new Set(mail.map((each) => each.transport))].join(', ')
  return [
    `  mail      ${mail.length - failed.length} sent${transports === '' ? '' : ` (${inertWithin(transports, 40)})`}, ${failed.length} not sent`,
    ...listed(failed, page, ({ device, message, error }) => [
      flagged('NOT SENT', `${device}: ${message}: ${error ?? 'no reason given'}`, page),
    ]),
  ]
}

export function faultLines({ faults }: PolicyRecord, page: Page): string[] {
  // The same on several devices is one fault to a reader.
  const groups = Map.groupBy(faults, ({ code, message, messageId }) => JSON.stringify([code, message, messageId]))
  return listed([...groups.values()], page, (alike) => {
    const [first] = alike
    if (first === undefined) return []
    const devices = alike.flatMap(({ device }) => (device === undefined ? [] : [device]))
    const about = [first.messageId, devices.length === 0 ? undefined : devices.join(', ')].filter(
      (each) => each !== undefined,
    )
    return [
      flagged(
        'FAULT',
        `${first.code}: ${about.length === 0 ? '' : `${about.join(' on ')}: `}${first.message}`,
        page,
        '  ',
      ),
    ]
  })
}

export function problemLines(problems: RunRecord['problems'], page: Page): string[] {
  return listed(problems, page, ({ file, place, code, message, severity }) => [
    flagged(
      severity === 'error' ? 'ERROR' : 'WARNING',
      `${file}${place === undefined ? '' : ` ${place}`}: ${code}: ${message}`,
      page,
      '',
      severity === 'error' ? 'bad' : 'strong',
    ),
  ])
}

export function secondOpinionLines(opinions: RunRecord['secondOpinions'], page: Page): string[] {
  const { asked, agreed, peers, disagreements, unavailable } = opinions
  return [
    `Second opinions: ${asked} asked, ${agreed} agreed, ${disagreements.length} differ`,
    ...listed(peers ?? [], page, (each) => {
      const beyond = each.cannotSay === 0 ? '' : `, ${each.cannotSay} beyond its limits`
      const line = inertWithin(
        `  ${each.name} ${each.version}: ${each.asked} asked, ${each.agreed} agreed${beyond}`,
        page.width,
      )
      return each.silent === 0 ? [line] : [line, flagged('NO ANSWER', `${each.name}: ${each.silent} times`, page)]
    }),
    ...listed(disagreements, page, ({ peer, about, ours, theirs }) => [
      flagged('DIFFERS', `${about}: smimelab says ${ours}, ${peer} says ${theirs}`, page, '  '),
    ]),
    ...listed(unavailable, page, ({ peer, reason, install }) => [
      flagged('NOT ASKED', `${peer}: ${reason}. Run: ${install}`, page, '  ', 'strong'),
    ]),
  ]
}

/** `FLAG  text`, wrapped under the text, the flag in its colour. */
function flagged(flag: string, text: string, { paint, width }: Page, indent = '    ', tone: Tone = 'bad'): string {
  const left = `${indent}${flag}  `
  return hang(left, inert(text), width)
    .map((line, index) => (index === 0 ? indent + paint(tone, flag) + line.slice(indent.length + flag.length) : line))
    .join('\n')
}

function listed<T>(list: readonly T[], { paint }: Page, lines: (each: T) => string[]): string[] {
  const more = list.length - mostListed
  return [
    ...list.slice(0, mostListed).flatMap(lines),
    ...(more > 0 ? [paint('bad', `    and ${more} more, in the record`)] : []),
  ]
}
