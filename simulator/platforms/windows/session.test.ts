import { beforeAll, describe, expect, it } from 'vitest'
import type { SyncMlCommand } from '../../delivery/syncml.ts'
import { DeviceStores } from '../../device/stores.ts'
import { createTestWorld, type TestWorld } from '../testing/identities.ts'
import { adds, contentsOf, install, message, parameters, pfxNode, statuses } from './testing/windows-device.ts'

let world: TestWorld
beforeAll(async () => {
  world = await createTestWorld()
})

describe('the rules of commands', () => {
  const item =
    '<Item><Target><LocURI>./User/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall/one/KeyLocation</LocURI></Target><Data>3</Data></Item>'

  it.each([
    ['no CmdID', `<Add>${item}</Add>`, ['SyncHdr 200', 'Add 400']],
    ['an unknown element', '<Frob><CmdID>7</CmdID></Frob>', ['SyncHdr 200', 'Frob 400']],
    [
      'an unknown element in a Sequence',
      '<Sequence><CmdID>1</CmdID><Frob><CmdID>7</CmdID></Frob></Sequence>',
      ['SyncHdr 200', 'Sequence 200', 'Frob 400'],
    ],
    [
      'an unknown element in an Atomic',
      `<Atomic><CmdID>1</CmdID><Add><CmdID>2</CmdID>${item}</Add><Frob/></Atomic>`,
      ['SyncHdr 200', 'Atomic 507', 'Add 216', 'Frob 400'],
    ],
    [
      'an Atomic in an Atomic',
      `<Atomic><CmdID>1</CmdID><Atomic><CmdID>2</CmdID><Add><CmdID>3</CmdID>${item}</Add></Atomic></Atomic>`,
      ['SyncHdr 200', 'Atomic 507', 'Atomic 500', 'Add 216'],
    ],
    [
      'a Get in an Atomic',
      `<Atomic><CmdID>1</CmdID><Add><CmdID>2</CmdID>${item}</Add><Get><CmdID>3</CmdID>${item}</Get></Atomic>`,
      ['SyncHdr 200', 'Atomic 507', 'Add 216', 'Get 500'],
    ],
    [
      'an Atomic without CmdID',
      `<Atomic><Add><CmdID>2</CmdID>${item}</Add></Atomic>`,
      ['SyncHdr 200', 'Atomic 400', 'Add 216'],
    ],
    [
      'Add, then Replace in an Atomic',
      `<Atomic><CmdID>1</CmdID><Add><CmdID>2</CmdID>${item}</Add><Replace><CmdID>3</CmdID>${item}</Replace></Atomic>`,
      ['SyncHdr 200', 'Atomic 507', 'Add 216', 'Replace 500'],
    ],
    [
      'a Delete of nothing in an Atomic',
      `<Atomic><CmdID>1</CmdID><Delete><CmdID>2</CmdID>${item.replace('/KeyLocation', '')}</Delete></Atomic>`,
      ['SyncHdr 200', 'Atomic 507', 'Delete 404'],
    ],
    ['a command without items', '<Add><CmdID>1</CmdID></Add>', ['SyncHdr 200', 'Add 400']],
    [
      'a LocURI from the root',
      '<Add><CmdID>1</CmdID><Item><Target><LocURI>/User</LocURI></Target></Item></Add>',
      ['SyncHdr 200', 'Add 400'],
    ],
    ['Exec on a setting', `<Exec><CmdID>1</CmdID>${item}</Exec>`, ['SyncHdr 200', 'Exec 405']],
  ])('%s', (_, body, wanted) => {
    const stores = new DeviceStores()
    const report = install(stores, message(body))
    expect(statuses(report)).toEqual(wanted)
    expect(report.accepted).toBe(false)
    expect(contentsOf(stores)).toEqual(contentsOf(new DeviceStores()))
  })

  it('answers a command without CmdID with a blank reference', () => {
    const report = install(new DeviceStores(), message(`<Add>${item}</Add>`))
    expect(report.native).toHaveProperty('statuses.1.cmdRef', '')
  })

  it('gives each item its own Status', () => {
    const two = `${item}${item.replace('one', 'two').replace('<Data>3', '<Data>x')}`
    const report = install(
      new DeviceStores(),
      message(`<Add><CmdID>1</CmdID><Meta><Format xmlns="syncml:metinf">int</Format></Meta>${two}</Add>`),
    )
    expect(statuses(report)).toEqual(['SyncHdr 200', 'Add 200', 'Add 415'])
  })

  it('answers Get by whether the node is there', () => {
    const stores = new DeviceStores()
    install(stores, adds(parameters(world.alva)))
    const get = (target: string): SyncMlCommand => ({ name: 'Get', items: [{ target }] })
    const report = install(stores, [get(`${pfxNode}/one/Thumbprint`), get(pfxNode), get(`${pfxNode}/two/Status`)])
    expect(statuses(report)).toEqual(['SyncHdr 200', 'Get 200', 'Get 200', 'Get 404'])
  })
})
