/** Who a profile is for: the assignments of a profile, as an IntuneCD export keeps them in the profile's own file. */
import * as z from 'zod'
import type { TenantDevice, TenantUser } from './people.ts'
import type { ProblemList } from './problem.ts'

export const assignmentsSchema = z
  .array(
    z.looseObject({
      target: z.looseObject({
        '@odata.type': z.string(),
        groupName: z.string().optional(),
        deviceAndAppManagementAssignmentFilterType: z.string().optional(),
      }),
    }),
  )
  .max(1000)
  .default([])

export type Assignment =
  | { readonly kind: 'include-group' | 'exclude-group'; readonly group: string }
  | { readonly kind: 'all-users' | 'all-devices' }

/** The assignments that can be followed; the others become problems of `file`. */
export function readAssignments(
  raw: z.output<typeof assignmentsSchema>,
  groups: ReadonlySet<string>,
  file: string,
  problems: ProblemList,
): Assignment[] {
  return raw.flatMap(({ target }, index): Assignment[] => {
    const place = `assignments[${index}].target`
    const filter = target.deviceAndAppManagementAssignmentFilterType ?? 'none'
    if (filter !== 'none')
      problems.add({
        file,
        place,
        code: 'assignment-filter-ignored',
        message: 'assignment filters are not simulated: the assignment counts as if it had none',
        severity: 'warning',
      })
    const type = target['@odata.type'].replace('#microsoft.graph.', '')
    switch (type) {
      case 'allLicensedUsersAssignmentTarget':
        return [{ kind: 'all-users' }]
      case 'allDevicesAssignmentTarget':
        return [{ kind: 'all-devices' }]
      case 'groupAssignmentTarget':
      case 'exclusionGroupAssignmentTarget': {
        const group = target.groupName
        if (group !== undefined && groups.has(group))
          return [{ kind: type === 'groupAssignmentTarget' ? 'include-group' : 'exclude-group', group }]
        problems.add({
          file,
          place,
          code: 'unknown-group',
          message: group === undefined ? 'the group has no groupName' : `no group is named '${group}'`,
          hint: group === undefined ? 'export with group names' : `add "- name: ${group}" to groups in people.yaml`,
          severity: 'error',
        })
        return []
      }
      default:
        problems.add({
          file,
          place,
          code: 'unknown-assignment-target',
          message: `assignment targets of type ${type} are not simulated: this one reaches nobody`,
          severity: 'error',
        })
        return []
    }
  })
}

/** Whether they reach the device. A group may hold users and devices; exclusion wins over inclusion, whatever the order. */
export function isAssigned(
  assignments: readonly Assignment[],
  device: TenantDevice,
  user: TenantUser | undefined,
): boolean {
  const groups = new Set([...device.groups, ...(user?.groups ?? [])])
  if (assignments.some((each) => each.kind === 'exclude-group' && groups.has(each.group))) return false
  return assignments.some(
    (each) =>
      each.kind === 'all-devices' ||
      (each.kind === 'all-users' && user !== undefined) ||
      (each.kind === 'include-group' && groups.has(each.group)),
  )
}
