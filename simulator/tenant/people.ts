/** `people.yaml`: who is in the tenant, with which devices and in which groups, and what day it is. */
import * as z from 'zod'
import { LabError } from '../error.ts'
import type { ProblemList } from './problem.ts'
import { plainText, showPath } from './schema.ts'
import { readYaml } from './yaml-text.ts'

export const peopleFile = 'people.yaml'

/** A day (midnight UTC) or a moment with its zone. */
export const dateSchema = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], { error: 'a date was wanted, as 2026-11-20' })
  .transform((value) => new Date(value))

const osSchema = z
  .string({ error: 'a version in quotes was wanted: 18.10 without them is the number 18.1' })
  .regex(/^\d{1,6}(\.\d{1,6}){0,3}$/, 'a version was wanted, as 18.6')

const userSchema = z.strictObject({
  upn: plainText.min(1),
  /** The primary SMTP address: what mail to this person is addressed to. */
  address: plainText.regex(/^[^@\s]+@[^@\s]+$/, 'an address was wanted'),
  name: plainText.min(1),
  givenName: plainText.optional(),
  surname: plainText.optional(),
  groups: z.array(z.string()).default([]),
})

const deviceSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dot, hyphen and underscore were wanted'),
  /** UPN; a device without a user (a kiosk) gets nothing that is made for a user. */
  user: z.string().optional(),
  platform: z.enum(['ios', 'android', 'windows', 'macos']),
  os: osSchema,
  enrolled: dateSchema,
  groups: z.array(z.string()).default([]),
  /** What the user does by hand where the service leaves it to them: makes the mail account, switches S/MIME on. */
  userSetUp: z
    .strictObject({ mailAccount: z.boolean().default(false), smime: z.boolean().default(false) })
    .default({ mailAccount: false, smime: false }),
})

/** Display names of the certificate profiles that a mail profile uses; the export of the mail profile omits them. */
const linkSchema = z.strictObject({ signing: z.string().optional(), encryption: z.string().optional() })

const peopleSchema = z.strictObject({
  now: dateSchema,
  organization: plainText.min(1),
  users: z.array(userSchema).max(100_000),
  devices: z.array(deviceSchema).max(100_000),
  groups: z.array(z.strictObject({ name: z.string().min(1) })).default([]),
  links: z.record(z.string(), linkSchema).default({}),
})

export type TenantUser = Readonly<z.output<typeof userSchema>>
export type TenantDevice = Readonly<z.output<typeof deviceSchema>>
export type Platform = TenantDevice['platform']
export type MailLinks = Readonly<z.output<typeof linkSchema>>
export type People = Readonly<z.output<typeof peopleSchema>>

/**
 * Reads the file. Its structure must be right, nothing can be decided without it; names that refer to nothing
 * are problems, and the reference is left out.
 *
 * @throws LabError 'people-invalid' | 'yaml-broken', with line and column
 */
export function readPeople(bytes: Uint8Array, problems: ProblemList): People {
  const { data, placeOf } = readYaml(bytes)
  const result = peopleSchema.safeParse(data)
  if (!result.success) {
    const [issue] = result.error.issues
    const path = issue?.path ?? []
    const place = [placeOf(path), showPath(path)].filter((each) => each).join(': ')
    throw new LabError('people-invalid', `${place}: ${issue?.message}`)
  }
  return withoutDanglingNames(result.data, problems)
}

function withoutDanglingNames(people: People, problems: ProblemList): People {
  const groups = new Set(people.groups.map(({ name }) => name))
  const report = (place: string, code: string, message: string, hint: string) =>
    problems.add({ file: peopleFile, place, code, message, hint, severity: 'error' })

  const knownGroups = (names: readonly string[], place: string) =>
    names.filter((group) => {
      if (groups.has(group)) return true
      report(place, 'unknown-group', `no group is named '${group}'`, `add "- name: ${group}" to groups`)
      return false
    })

  const upns = new Map<string, string>()
  const users = people.users.flatMap((user, index) => {
    if (upns.has(user.upn.toLowerCase())) {
      report(`users[${index}].upn`, 'duplicate-user', `${user.upn} is there twice`, 'remove one of the two')
      return []
    }
    upns.set(user.upn.toLowerCase(), user.upn)
    return [{ ...user, groups: knownGroups(user.groups, `users[${index}].groups`) }]
  })

  const ids = new Set<string>()
  const devices = people.devices.flatMap((device, index) => {
    if (ids.has(device.id)) {
      report(`devices[${index}].id`, 'duplicate-device', `${device.id} is there twice`, 'give each device its own id')
      return []
    }
    ids.add(device.id)
    const known = { ...device, groups: knownGroups(device.groups, `devices[${index}].groups`) }
    if (device.user === undefined) return [known]
    // From here on the device names its user as the user is named.
    const upn = upns.get(device.user.toLowerCase())
    if (upn === undefined)
      report(`devices[${index}].user`, 'unknown-user', `no user is named '${device.user}'`, 'write the upn of a user')
    return [{ ...known, user: upn }]
  })
  return { ...people, users, devices }
}
