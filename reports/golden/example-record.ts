/** Run records for the tests of the renderers: small worlds, written in a few words. */
import { createHash } from 'node:crypto'
import { computeDigest, computePolicyDigest } from '../digest.ts'
import type { Cell, DeviceRecord, InstallRecord, KeyRecord, MessageRecord, PolicyRecord, RunRecord } from '../record.ts'

const owner = 'alva@contoso.example'

export const devices: readonly DeviceRecord[] = [
  { id: 'iphone', platform: 'ios', os: '18.6', user: owner },
  { id: 'pixel', platform: 'android', os: '15', user: owner },
  { id: 'surface', platform: 'windows', os: '10.0.26100', user: owner },
  { id: 'macbook', platform: 'macos', os: '15.5', user: owner },
]

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function message(id: string, date: string | null, more: Partial<MessageRecord> = {}): MessageRecord {
  return {
    id,
    file: `archive/${id}.eml`,
    subject: `Quarterly figures ${id}`,
    date: date === null ? null : `${date}T09:30:00.000Z`,
    from: 'bo@partner.example',
    addressedTo: [owner],
    encrypted: true,
    live: false,
    algorithms: ['rsa-v1.5', 'aes-256-cbc'],
    sha256: hashOf(id),
    ...more,
  }
}

export function key(label: string): KeyRecord {
  const year = Number(label.slice(0, 4))
  return {
    label,
    sha256: hashOf(label),
    notBefore: `${year}-01-01T00:00:00.000Z`,
    notAfter: `${year + 2}-01-01T00:00:00.000Z`,
    owner,
  }
}

/** '2021' opened by that key, '× key-removed' closed, 'clear'; a '?' or '!' behind it spoils the signature. */
export function cell(messageId: string, device: string, words: string): Cell {
  const signature = words.endsWith('?') ? 'untrusted' : words.endsWith('!') ? 'invalid' : 'valid'
  const what = words.replace(/ [?!]$/, '')
  const place = { message: messageId, device }
  if (what === 'clear') return { ...place, signature, outcome: 'clear', cause: null, openedBy: null }
  if (what.startsWith('× '))
    return {
      ...place,
      signature: 'unsigned',
      outcome: 'closed',
      cause: what.slice(2) as NonNullable<Cell['cause']>,
      openedBy: null,
    }
  const { label, sha256, notBefore, notAfter } = key(what)
  const openedBy = {
    label,
    sha256,
    notBefore,
    notAfter,
    serial: '1a2b',
    subject: 'CN=Alva Example',
    issuer: 'CN=Contoso Issuing CA',
  }
  return { ...place, signature, outcome: 'opened', cause: null, openedBy }
}

export function install(device: DeviceRecord, more: Partial<InstallRecord> = {}): InstallRecord {
  const answers: Record<DeviceRecord['platform'], InstallRecord['native']> = {
    ios: { kind: 'apple', status: 'Acknowledged', errorChain: [] },
    macos: { kind: 'apple', status: 'Acknowledged', errorChain: [] },
    windows: {
      kind: 'syncml',
      statuses: [{ cmdRef: '2', cmd: 'Add', target: './User/Vendor/MSFT/ClientCertificateInstall', data: 200 }],
    },
    android: { kind: 'android', calls: [{ call: 'installKeyPair', subject: 'alva-2021', result: 'true' }] },
  }
  return {
    delivery: `${device.id}-smime`,
    profile: 'S/MIME',
    device: device.id,
    channel: 'user',
    mediaType: 'application/octet-stream',
    accepted: true,
    native: answers[device.platform],
    installed: [{ kind: 'identity', payload: 'payload-1', label: 'Alva Example', sha256: hashOf('2021') }],
    reasons: [],
    ...more,
  }
}

export function policyRecord(parts: Omit<PolicyRecord, 'digest'>): PolicyRecord {
  return { ...parts, digest: computePolicyDigest(parts) }
}

export function runRecord(parts: Partial<RunRecord>): RunRecord {
  const record: Omit<RunRecord, 'digest'> = {
    version: 1,
    smimelab: '0.1.0',
    tenant: 'contoso',
    now: '2026-03-14T09:00:00.000Z',
    seed: 7,
    policies: [],
    problems: [],
    secondOpinions: { asked: 0, agreed: 0, disagreements: [], unavailable: [] },
    ...parts,
  }
  return { ...record, digest: computeDigest(record) }
}

/** Rows of a matrix: a message and its cells, in the order of the devices; '·' where the mailbox lacks it. */
export function matrix(rows: readonly (readonly [MessageRecord, ...string[]])[], columns: readonly DeviceRecord[]) {
  return {
    devices: [...columns],
    messages: rows.map(([each]) => each),
    cells: rows.flatMap(([each, ...words]) =>
      columns.flatMap((device, index) => {
        const word = words[index] ?? '·'
        return word === '·' ? [] : [cell(each.id, device.id, word)]
      }),
    ),
  }
}

function counts(parts: Pick<PolicyRecord, 'messages' | 'cells' | 'devices'>) {
  const of = (outcome: Cell['outcome']) => parts.cells.filter((each) => each.outcome === outcome).length
  return {
    counts: { messages: parts.messages.length, opened: of('opened'), closed: of('closed'), clear: of('clear') },
    closedByDevice: parts.devices.map(({ id }) => ({
      device: id,
      closed: parts.cells.filter((each) => each.device === id && each.outcome === 'closed').length,
    })),
  }
}

const none = '× key-never-delivered'

/** The story that the project tells: the same archive under two ways of giving out keys. */
export function twoPolicies(): RunRecord {
  const old = ['2021-12-03', '2022-02-11', '2022-06-30', '2023-01-17'].map((date, index) =>
    message(`m${index + 1}`, date),
  )
  const newer = ['2024-03-05', '2025-01-20'].map((date, index) => message(`m${index + 5}`, date))
  const newsletter = message('m7', '2024-05-02', { encrypted: false, subject: 'Newsletter', algorithms: [] })
  const live = message('live-1', '2026-03-14', { live: true, file: null, subject: 'Hello from the Mac' })
  const perDevice = matrix(
    [
      ...old.map((each): [MessageRecord, ...string[]] => [each, '2021', none, none, none]),
      ...newer.map((each): [MessageRecord, ...string[]] => [each, none, '2024', none, '× key-removed']),
      [newsletter, 'clear', 'clear', 'clear', 'clear ?'],
      [live, '2024', '2024', '2024', '2024'],
    ],
    devices,
  )
  const shared = matrix(
    [
      ...old.map((each): [MessageRecord, ...string[]] => [each, '2021', '2021', '2021', '2021']),
      ...newer.map((each): [MessageRecord, ...string[]] => [each, '2024', '2024', '2024', '2024']),
      [newsletter, 'clear', 'clear', 'clear', 'clear ?'],
      [live, '2024', '2024', '2024', '2024'],
    ],
    devices,
  )
  const keys = [key('2021'), key('2024')]
  const mail = [{ device: 'macbook', message: 'live-1', transport: 'smtp', sent: true }]
  return runRecord({
    policies: [
      policyRecord({
        policy: 'per-device',
        ...perDevice,
        installs: devices.map((each) => install(each)),
        mail,
        keys,
        verdict: {
          sentence:
            '4 of 4 devices cannot open part of their mail; 6 archived messages stay closed on at least one of them.',
          promise: 'none',
          kept: true,
          ...counts(perDevice),
        },
        faults: [],
      }),
      policyRecord({
        policy: 'shared',
        ...shared,
        installs: devices.flatMap((each) => [
          install(each),
          install(each, { delivery: `${each.id}-history`, profile: 'S/MIME history' }),
        ]),
        mail,
        keys,
        verdict: {
          sentence: 'all 4 devices open all 7 encrypted messages addressed to their user.',
          promise: 'every-device-opens-all-mail',
          kept: true,
          ...counts(shared),
        },
        faults: [],
      }),
    ],
    secondOpinions: {
      asked: 40,
      agreed: 40,
      peers: [{ name: 'openssl', version: '3.0.22', asked: 40, agreed: 40, cannotSay: 3, silent: 0 }],
      disagreements: [],
      unavailable: [{ peer: 'gpgsm', reason: 'not on PATH', install: 'apt-get install gpgsm' }],
    },
  })
}

/** Everything that can go wrong, at once, in a record whose texts are written by an enemy. */
export function troubled(): RunRecord {
  const attack = '\u001b[2J\u001b[1;31mPWNED\u0007'
  const cells = matrix(
    [
      [
        message('m1', '2022-02-11', { subject: `${attack} <script>alert(1)</script> \u202egpj.exe` }),
        '2021 !',
        '× algorithm-unsupported',
        '× smime-off',
        '× malformed',
      ],
      [message('m2', null), '2021 ?', '·', '× integrity', '× never-recipient'],
    ],
    devices,
  )
  const [iphone, pixel, surface] = devices
  if (iphone === undefined || pixel === undefined || surface === undefined) throw new Error('three devices wanted')
  return runRecord({
    tenant: `contoso${attack}`,
    policies: [
      policyRecord({
        policy: 'shared',
        ...cells,
        installs: [
          install(iphone, {
            accepted: false,
            profile: `S/MIME${attack}`,
            native: {
              kind: 'apple',
              status: 'Error',
              errorChain: [
                {
                  domain: 'MCInstallationErrorDomain',
                  code: 4001,
                  description: `Profile Installation Failed${attack}`,
                },
              ],
            },
            reasons: [{ code: 'payload-unknown', message: 'com.apple.security.pkcs12 wanted' }],
          }),
          install(pixel, {
            accepted: false,
            native: {
              kind: 'android',
              calls: [
                { call: 'installKeyPair', subject: 'alva', result: 'false' },
                { call: 'installKeyPair', subject: 'alva-2', result: 'false' },
              ],
            },
          }),
          install(surface, {
            accepted: false,
            native: {
              kind: 'syncml',
              statuses: [
                {
                  cmdRef: '2',
                  cmd: 'Add',
                  target: './User/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall/x',
                  data: 500,
                },
              ],
            },
          }),
          install(iphone, { native: { kind: 'unknown-platform', answer: attack } }),
        ],
        mail: [{ device: 'iphone', message: 'm2', transport: 'smtp', sent: false, error: `421 ${attack}` }],
        keys: [key('2021')],
        verdict: {
          sentence: '4 of 4 devices cannot open part of their mail.',
          promise: 'every-device-opens-all-mail',
          kept: false,
          ...counts(cells),
        },
        faults: [
          {
            code: 'acknowledged-not-installed',
            message: `the device said yes and holds no key${attack}`,
            messageId: 'm1',
            device: 'pixel',
          },
        ],
      }),
    ],
    problems: [
      {
        file: `profiles/${attack}.yaml`,
        place: '/payloads/0',
        code: 'unknown-field',
        message: 'histroy: did you mean history?',
        severity: 'error',
      },
      { file: 'archive/old.eml', code: 'date-missing', message: 'no Date field', severity: 'warning' },
    ],
    secondOpinions: {
      asked: 2,
      agreed: 1,
      disagreements: [{ peer: 'openssl', about: 'm1 on iphone', ours: 'opened', theirs: `closed${attack}` }],
      unavailable: [],
    },
  })
}

/** More devices than columns can be compared. */
export function manyDevices(): RunRecord {
  const fleet = Array.from(
    { length: 9 },
    (_, index): DeviceRecord => ({ id: `device-${index + 1}`, platform: 'ios', os: '18.6', user: owner }),
  )
  const opened = fleet.map((_, index) => (index < 3 ? '2021' : index < 8 ? none : '× key-wiped'))
  const cells = matrix(
    [
      [message('m1', '2021-12-03'), ...opened],
      [message('m2', '2022-02-01'), ...opened],
    ],
    fleet,
  )
  return runRecord({
    policies: [
      policyRecord({
        policy: 'shared-newest-only',
        ...cells,
        installs: fleet.map((each) => install(each)),
        keys: [key('2021')],
        verdict: {
          sentence: '6 of 9 devices cannot open 2 archived messages.',
          promise: 'none',
          kept: true,
          ...counts(cells),
        },
        faults: [],
      }),
    ],
  })
}
