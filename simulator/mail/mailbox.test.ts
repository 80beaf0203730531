import { describe, expect, it } from 'vitest'
import { inProcessTransport, PostOffice } from './mailbox.ts'

const message = Buffer.from('Subject: x\n\nbare\nline ends')

describe('PostOffice', () => {
  it('gives every recipient the message once, in order, whatever the case of the address', async () => {
    const office = new PostOffice()
    const transport = inProcessTransport(office)
    await transport.send({ from: 'a@x.test', to: ['Bo@x.test', 'bo@X.test', 'eve@x.test'] }, message)
    await transport.send({ from: 'a@x.test', to: ['bo@x.test'] }, Buffer.from('second'))
    expect(office.fetch('BO@x.test').map(String)).toEqual([message.toString(), 'second'])
    expect(office.fetch('eve@x.test')).toHaveLength(1)
    expect(office.fetch('nobody@x.test')).toEqual([])
    await transport.close()
  })

  it('keeps its own copy', () => {
    const office = new PostOffice()
    const bytes = Buffer.from(message)
    office.deliver({ from: 'a@x.test', to: ['b@x.test'] }, bytes)
    bytes.fill(0)
    expect(office.fetch('b@x.test')[0]).toEqual(message)
  })
})
