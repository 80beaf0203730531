/** Turns what was observed under one policy into its part of the run record. */
import { createHash } from 'node:crypto'
import { computePolicyDigest } from '../../reports/digest.ts'
import type { PolicyRecord } from '../../reports/record.ts'
import type { Letter } from '../../scenarios/exchange-mail.ts'
import type { Cell, Observation } from '../../scenarios/main-job.ts'
import type { Lab } from '../../simulator/lab.ts'
import type { Certificate } from '../../simulator/pki/certificate.ts'
import { recipientMatches } from '../../simulator/smime/index.ts'
import { type Decision, findFaults } from './expectations.ts'
import type { MessageTruth } from './manifest.ts'
import { judge } from './verdict.ts'

const undecided: Decision = { keys: new Set(), certificates: new Set() }

/** No id of a device holds a line break. */
const place = (message: string, device: string): string => `${message}\n${device}`

export interface PolicyRun {
  readonly lab: Lab
  readonly observation: Observation
  readonly truths: ReadonlyMap<string, MessageTruth> | undefined
  readonly transport: string
}

export async function buildPolicyRecord({ lab, observation, truths, transport }: PolicyRun): Promise<PolicyRecord> {
  const { tenant, policy } = lab
  const decisions = new Map<string, Decision>()
  for (const { id } of tenant.devices) {
    const keys = new Set((await tenant.intendedKeys(id, policy)).map((each) => each.certificate.sha256))
    const certificates = new Set(tenant.intendedCertificates(id, policy).map((each) => each.sha256))
    decisions.set(id, { keys, certificates })
  }
  const labels = keyLabels(lab)
  const devices = tenant.devices.map(({ id, platform, os, user }) => ({ id, platform, os, user: user ?? '' }))
  const messages = observation.letters.map((letter) => describeMessage(letter, observation))
  const cells = observation.cells.map((cell) => describeCell(cell, labels))
  const theirs = new Set(
    observation.cells.filter((cell) => cell.theirs).map((cell) => place(cell.message, cell.device)),
  )
  const faults = findFaults(
    observation,
    {
      recipientsOf: (message) => recipientsNamed(observation, message, lab),
      decidedFor: (device) => decisions.get(device) ?? undecided,
    },
    truths,
  )
  const record: Omit<PolicyRecord, 'digest'> = {
    policy,
    devices,
    messages,
    cells,
    installs: observation.installations.map(({ device, delivery, report }) => ({
      delivery: delivery.id,
      profile: delivery.profile,
      device,
      channel: delivery.channel,
      mediaType: delivery.mediaType,
      accepted: report.accepted,
      native: { ...report.native },
      installed: report.installed.map((item) => ({ ...item })),
      reasons: report.reasons.map((reason) => ({ ...reason })),
    })),
    mail: observation.sent.map(({ device, message, error }) => ({
      device,
      message,
      transport,
      sent: error === undefined,
      ...(error === undefined ? {} : { error: error.message }),
    })),
    keys: [...labels.values()].map(({ label, owner, certificate }) => ({
      label,
      sha256: certificate.sha256,
      notBefore: certificate.notBefore.toISOString(),
      notAfter: certificate.notAfter.toISOString(),
      owner,
    })),
    verdict: judge(policy, devices, messages, cells, (message, device) => theirs.has(place(message, device))),
    faults,
  }
  return { ...record, digest: computePolicyDigest(record) }
}

interface Labelled {
  readonly label: string
  readonly owner: string
  readonly certificate: Certificate
}

/**
 * Short names for the encryption keys of those who have devices: the year in which each begins,
 * with a letter behind it where a year has several.
 */
function keyLabels({ tenant, policy }: Lab): Map<string, Labelled> {
  const labels = new Map<string, Labelled>()
  const owners = tenant.users.filter((user) => tenant.devices.some((device) => device.user === user.upn))
  for (const owner of owners) {
    const certificates = [...tenant.certificatesOf(owner, policy)].sort(
      (a, b) => a.notBefore.getTime() - b.notBefore.getTime(),
    )
    const inYear = Map.groupBy(certificates, (certificate) => certificate.notBefore.getUTCFullYear())
    for (const [year, together] of inYear) {
      together.forEach((certificate, index) => {
        const letter = together.length === 1 ? '' : String.fromCharCode(97 + (index % 26))
        const whose = owners.length === 1 ? '' : `${owner.upn.split('@')[0]} `
        labels.set(certificate.sha256, { label: `${whose}${year}${letter}`, owner: owner.upn, certificate })
      })
    }
  }
  return labels
}

function describeMessage(letter: Letter, observation: Observation): PolicyRecord['messages'][number] {
  const outcome = observation.cells.find((cell) => cell.message === letter.id)?.outcome
  const headers = outcome?.headers
  const date = headers?.date
  return {
    id: letter.id,
    file: letter.live ? null : letter.source,
    subject: headers?.subject ?? '',
    date: date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString(),
    from: headers?.from ?? '',
    addressedTo: [...(headers?.to ?? []), ...(headers?.cc ?? [])],
    encrypted: observation.cells.some((cell) => cell.message === letter.id && isEncrypted(cell)),
    live: letter.live,
    algorithms: [
      ...new Set(
        observation.cells
          .filter((cell) => cell.message === letter.id)
          .flatMap((cell) => cell.outcome.layers.flatMap((layer) => layer.algorithms)),
      ),
    ],
    sha256: createHash('sha256').update(letter.bytes).digest('hex'),
  }
}

function isEncrypted({ outcome }: Cell): boolean {
  return (
    outcome.recipients.length > 0 ||
    outcome.layers.some((layer) => layer.kind === 'enveloped' || layer.kind === 'auth-enveloped')
  )
}

function describeCell(
  { message, device, outcome, cause }: Cell,
  labels: ReadonlyMap<string, Labelled>,
): PolicyRecord['cells'][number] {
  const place = {
    message,
    device,
    signature: outcome.signature.status,
    ...(outcome.message === undefined ? {} : { note: outcome.message }),
  }
  if (outcome.outcome === 'closed') return { ...place, outcome: 'closed', cause: cause ?? 'malformed', openedBy: null }
  if (outcome.outcome === 'clear' || outcome.openedBy === undefined)
    return { ...place, outcome: 'clear', cause: null, openedBy: null }
  const { certificate } = outcome.openedBy
  return {
    ...place,
    outcome: 'opened',
    cause: null,
    openedBy: {
      label: labels.get(certificate.sha256)?.label ?? certificate.sha256.slice(0, 8),
      sha256: certificate.sha256,
      serial: certificate.serialHex,
      subject: certificate.subjectText,
      issuer: certificate.issuerText,
      notBefore: certificate.notBefore.toISOString(),
      notAfter: certificate.notAfter.toISOString(),
    },
  }
}

/** Without a manifest: the certificates of the tenant that the message's own recipient infos name. */
function recipientsNamed(
  observation: Observation,
  message: string,
  { tenant, policy }: Lab,
): readonly string[] | undefined {
  const outcome = observation.cells.find((cell) => cell.message === message)?.outcome
  if (outcome === undefined || outcome.cause === 'malformed') return undefined
  if (outcome.outcome === 'clear') return []
  const ids = outcome.recipients.flatMap((recipient) => recipient.ids)
  return tenant.users
    .flatMap((user) => tenant.certificatesOf(user, policy))
    .filter((certificate) => ids.some((id) => recipientMatches(id, certificate)))
    .map((certificate) => certificate.sha256)
}
