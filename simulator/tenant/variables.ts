/** `{{UserName}}` and its like: what a profile says for everybody, said for one user and device. */
import { LabError } from '../error.ts'
import type { TenantDevice, TenantUser } from './people.ts'

/**
 * Variables of certificate profiles. The service knows more of a device than the lab does; those it knows and the lab
 * does not have no value, and a profile fails whole if one of its variables has none.
 * https://learn.microsoft.com/intune/intune-service/protect/certificates-pfx-configure
 */
const certificateVariables: Readonly<Record<string, (user: TenantUser, device: TenantDevice) => string | undefined>> = {
  UserName: (user) => user.name,
  EmailAddress: (user) => user.address,
  UserPrincipalName: (user) => user.upn,
  GivenName: (user) => user.givenName,
  SurName: (user) => user.surname,
  DeviceId: (_, device) => device.id,
  AAD_Device_ID: () => undefined,
  AzureADDeviceId: () => undefined,
  Device_Serial: () => undefined,
  SerialNumber: () => undefined,
  Device_IMEI: () => undefined,
  IMEINumber: () => undefined,
  OnPrem_Distinguished_Name: () => undefined,
  OnPremisesSamAccountName: () => undefined,
  OnPremisesSecurityIdentifier: () => undefined,
}

/** Variables of Android app configurations are spelled in lower case, and otherwise. */
const appVariables: typeof certificateVariables = {
  mail: (user) => user.address,
  userprincipalname: (user) => user.upn,
  username: (user) => user.name,
  partialupn: (user) => user.upn.split('@')[0],
  deviceid: (_, device) => device.id,
}

/** @throws LabError 'unknown-variable' | 'variable-without-value' */
export function fillCertificateText(template: string, user: TenantUser, device: TenantDevice): string {
  return fill(template, certificateVariables, user, device, (value) => value)
}

/** As `fillCertificateText`, for a subject: a value's own commas and plus signs don't end the attribute (RFC 4514 2.4). */
export function fillSubject(template: string, user: TenantUser, device: TenantDevice): string {
  return fill(template, certificateVariables, user, device, escapeAttributeValue)
}

export function fillAppText(template: string, user: TenantUser, device: TenantDevice): string {
  return fill(template, appVariables, user, device, (value) => value)
}

function fill(
  template: string,
  variables: typeof certificateVariables,
  user: TenantUser,
  device: TenantDevice,
  write: (value: string) => string,
): string {
  return template.replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => {
    const read = Object.hasOwn(variables, name) ? variables[name] : undefined
    if (read === undefined) {
      const meant = Object.keys(variables).find((each) => each.toLowerCase() === name.toLowerCase())
      throw new LabError('unknown-variable', `{{${name}}} is not a variable of this kind of profile`, {
        hint: meant === undefined ? `known: ${Object.keys(variables).join(', ')}` : `write {{${meant}}}`,
      })
    }
    const value = read(user, device)
    if (value === undefined || value === '')
      throw new LabError('variable-without-value', `{{${name}}} has no value for ${user.upn} on ${device.id}`)
    return write(value)
  })
}

function escapeAttributeValue(value: string): string {
  return value.replace(/[,+"\\<>;=]/g, '\\$&').replace(/^[# ]| $/g, '\\$&')
}
