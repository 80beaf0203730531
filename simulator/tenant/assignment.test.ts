import { describe, expect, test } from 'vitest'
import { type Assignment, isAssigned, readAssignments } from './assignment.ts'
import type { TenantDevice, TenantUser } from './people.ts'
import { ProblemList } from './problem.ts'

const user: TenantUser = { upn: 'a@test', address: 'a@test', name: 'A', groups: ['users'] }
const device: TenantDevice = {
  id: 'd',
  platform: 'ios',
  os: '18',
  enrolled: new Date(0),
  groups: ['phones'],
  userSetUp: { mailAccount: false, smime: false },
}
const include = (group: string): Assignment => ({ kind: 'include-group', group })
const exclude = (group: string): Assignment => ({ kind: 'exclude-group', group })

describe('isAssigned', () => {
  test.each<[string, Assignment[], boolean, boolean]>([
    ['nobody', [], false, false],
    ['a group of the user', [include('users')], true, false],
    ['a group of the device', [include('phones')], true, true],
    ['another group', [include('others')], false, false],
    ['all users', [{ kind: 'all-users' }], true, false],
    ['all devices', [{ kind: 'all-devices' }], true, true],
    ['all devices but a group of the user', [{ kind: 'all-devices' }, exclude('users')], false, true],
    ['a group, the device excluded first', [exclude('phones'), include('users')], false, false],
    ['exclusion alone', [exclude('others')], false, false],
  ])('%s', (_, assignments, withUser, withoutUser) => {
    expect(isAssigned(assignments, device, user)).toBe(withUser)
    expect(isAssigned(assignments, device, undefined)).toBe(withoutUser)
  })
})

describe('readAssignments', () => {
  const read = (target: { '@odata.type': string; [key: string]: unknown }) => {
    const problems = new ProblemList()
    const assignments = readAssignments([{ target }], new Set(['users']), 'file.json', problems)
    return { assignments, codes: problems.all.map(({ code, severity }) => `${severity}: ${code}`) }
  }

  test('a known group', () => {
    expect(read({ '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupName: 'users' })).toEqual({
      assignments: [exclude('users')],
      codes: [],
    })
  })

  test('a filter is left aside, and told', () => {
    const target = {
      '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget',
      deviceAndAppManagementAssignmentFilterType: 'include',
    }
    expect(read(target)).toEqual({
      assignments: [{ kind: 'all-devices' }],
      codes: ['warning: assignment-filter-ignored'],
    })
  })

  test('an unknown target reaches nobody', () => {
    const target = { '@odata.type': '#microsoft.graph.configurationManagerCollectionAssignmentTarget' }
    expect(read(target)).toEqual({ assignments: [], codes: ['error: unknown-assignment-target'] })
  })
})
