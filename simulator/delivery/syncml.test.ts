import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSyncMl, encodeSyncMl, type SyncMlCommand, type SyncMlMessage } from './syncml.ts'
import { readXml, xmlLimits } from './syncml-xml.ts'

const header = { sessionId: '1', msgId: '2', target: 'device-1', source: 'https://mdm.example/dm?a=1&b=2' }

const example: SyncMlMessage = {
  ...header,
  commands: [
    { name: 'Delete', items: [{ target: './User/Vendor/MSFT/A/%7B1%7D' }] },
    {
      name: 'Atomic',
      commands: [
        { name: 'Add', items: [{ target: './A/B', format: 'chr', type: 'text/plain', data: ' a <b> & "c"\r\n\td ' }] },
        { name: 'Sequence', commands: [{ name: 'Exec', cmdId: '2', items: [{ target: './A/C' }] }] },
      ],
    },
    { name: 'Get', items: [{ target: './A' }, { target: './B' }] },
  ],
}

describe('writing', () => {
  it('writes the elements, namespaces and order that OMA DM 1.2 wants', () => {
    const bytes = encodeSyncMl({
      ...header,
      commands: [{ name: 'Add', items: [{ target: './A', format: 'int', data: '1' }] }],
    })
    expect(bytes.toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>' +
        '<SessionID>1</SessionID><MsgID>2</MsgID><Target><LocURI>device-1</LocURI></Target>' +
        '<Source><LocURI>https://mdm.example/dm?a=1&amp;b=2</LocURI></Source></SyncHdr>' +
        '<SyncBody><Add><CmdID>1</CmdID><Item><Target><LocURI>./A</LocURI></Target>' +
        '<Meta><Format xmlns="syncml:metinf">int</Format></Meta><Data>1</Data></Item></Add><Final/></SyncBody></SyncML>\n',
    )
  })

  it('numbers commands in the order of the document, around the numbers that are taken', () => {
    const { commands } = decodeSyncMl(encodeSyncMl(example))
    expect(commands.map(({ cmdId }) => cmdId)).toEqual(['1', '3', '6'])
    expect(commands[1]).toMatchObject({ commands: [{ cmdId: '4' }, { cmdId: '5', commands: [{ cmdId: '2' }] }] })
  })

  it('refuses characters that XML cannot hold, and elements that are no command', () => {
    const withData = (data: string) => () =>
      encodeSyncMl({ ...header, commands: [{ name: 'Add', items: [{ target: './A', data }] }] })
    expect(withData('\u0000')).toThrow(expect.objectContaining({ code: 'xml-unwritable' }))
    expect(withData('\ud800')).toThrow(expect.objectContaining({ code: 'xml-unwritable' }))
    const unknown: SyncMlCommand = { name: 'unknown', element: 'Frob' }
    expect(() => encodeSyncMl({ ...header, commands: [unknown] })).toThrow(
      expect.objectContaining({ code: 'syncml-unwritable' }),
    )
  })
})

describe('reading', () => {
  it('gives back what was written, data to the last character', () => {
    const { commands, ...rest } = decodeSyncMl(encodeSyncMl(example))
    expect(rest).toEqual(header)
    expect(commands[0]).toEqual({ ...example.commands[0], cmdId: '1' })
    expect(commands[1]).toMatchObject({
      commands: [{ items: [{ data: ' a <b> & "c"\r\n\td ', type: 'text/plain' }] }, {}],
    })
  })

  it('gives back any message (property)', () => {
    const text = fc
      .string({ unit: 'binary' })
      .filter((each) => /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(each))
    const command = fc.record({
      name: fc.constantFrom('Add' as const, 'Replace' as const, 'Delete' as const, 'Exec' as const),
      cmdId: fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/),
      items: fc.array(fc.record({ target: fc.stringMatching(/^\.\/[A-Za-z%{}/]{0,20}$/), data: text }), {
        maxLength: 3,
      }),
    })
    fc.assert(
      fc.property(fc.array(command, { maxLength: 5 }), (commands) => {
        expect(decodeSyncMl(encodeSyncMl({ ...header, commands })).commands).toEqual(commands)
      }),
    )
  })

  const wrap = (body: string) =>
    Buffer.from(
      `<s:SyncML xmlns:s="SYNCML:SYNCML1.2"><s:SyncHdr><s:VerDTD>1.2</s:VerDTD><s:VerProto>DM/1.2</s:VerProto><s:SessionID>9</s:SessionID><s:MsgID> 1 </s:MsgID></s:SyncHdr><s:SyncBody>${body}</s:SyncBody></s:SyncML>`,
    )

  it('takes prefixes, CDATA, a common Meta, white space around a LocURI, and answers to the device among the commands', () => {
    const { commands } = decodeSyncMl(
      wrap(
        '<Status><CmdID>1</CmdID></Status><Add><CmdID>2</CmdID><Meta><Format xmlns="syncml:metinfo">chr</Format></Meta>' +
          '<Item><Target><LocURI>\n ./A \n</LocURI></Target><Data>a<![CDATA[<b>]]>c</Data></Item></Add><Final/>',
      ),
    )
    expect(commands).toEqual([{ name: 'Add', cmdId: '2', items: [{ target: './A', format: 'chr', data: 'a<b>c' }] }])
  })

  it('keeps a command without CmdID and an unknown element for the device to answer', () => {
    expect(decodeSyncMl(wrap('<Add><CmdID/></Add><Frob><CmdID>4</CmdID></Frob>')).commands).toEqual([
      { name: 'Add', items: [] },
      { name: 'unknown', cmdId: '4', element: 'Frob' },
    ])
  })
})

describe('hostile XML', () => {
  it.each([
    ['a DOCTYPE', '<!DOCTYPE a><a/>', 'xml-doctype'],
    ['a billion laughs', '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>', 'xml-doctype'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', 'xml-doctype'],
    ['an entity of no DTD', '<a>&b;</a>', 'xml-malformed'],
    ['an unbound prefix', '<p:a/>', 'xml-malformed'],
    ['two roots', '<a/><a/>', 'xml-malformed'],
    ['an open end', '<a><b>', 'xml-malformed'],
    ['a control character', '<a>\u0001</a>', 'xml-malformed'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'xml-malformed'],
    ['nothing', '', 'xml-malformed'],
    ['depth', '<a>'.repeat(xmlLimits.depth + 1), 'xml-too-large'],
    ['many elements', `<a>${'<b/>'.repeat(xmlLimits.elements)}</a>`, 'xml-too-large'],
  ])('%s', (_, text, code) => {
    expect(() => readXml(Buffer.from(text))).toThrow(expect.objectContaining({ code }))
  })

  it('refuses octets that are not UTF-8, and a message too large to look at', () => {
    expect(() => readXml(Buffer.from('<a>\xff</a>', 'latin1'))).toThrow(
      expect.objectContaining({ code: 'xml-malformed' }),
    )
    expect(() => readXml(Buffer.alloc(xmlLimits.bytes + 1, 0x20))).toThrow(
      expect.objectContaining({ code: 'xml-too-large' }),
    )
  })

  it('reads as deep as it promises', () => {
    const depth = xmlLimits.depth
    expect(readXml(Buffer.from('<a>'.repeat(depth) + '</a>'.repeat(depth))).name).toBe('a')
  })
})
