/** The device-management service: reads a tenant's folder, decides who is delivered what, writes the deliveries. */
export { type EncryptionPolicy, encryptionPolicies } from './entitlement.ts'
export { type LoadOptions, loadTenant } from './load-tenant.ts'
export type { Platform, TenantDevice, TenantUser } from './people.ts'
export type { TenantProblem } from './problem.ts'
export type { Purpose } from './profile.ts'
export { type IntendedKey, Tenant } from './tenant.ts'
