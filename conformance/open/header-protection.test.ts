import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runOpen } from './testing/open-command.ts'
import { createOpensslWorld } from './testing/openssl-world.ts'

const world = createOpensslWorld()
afterAll(() => rmSync(world.folder, { recursive: true }))
const alva = ['--identity', 'alva.pem', '--trust', 'root.pem']

world.write(
  'payload',
  [
    'From: bo@contoso.example',
    'To: alva@contoso.example',
    'Subject: Dinner plans',
    'Content-Type: text/plain; hp-legacy-display="1"; hp="cipher"',
    'HP-Outer: Subject: [...]',
    '',
    'Subject: Dinner plans',
    '',
    'At eight.',
    '',
  ].join('\r\n'),
)
const outside = ['-from', 'bo@contoso.example', '-to', 'alva@contoso.example', '-subject', '[...]']
world.openssl('cms', '-encrypt', '-in', 'payload', '-out', 'hp.eml', ...outside, 'alva.crt')

test('text for readers without header protection is not shown (RFC 9788 4.5.3); --out has every octet', async () => {
  const { stdout, status } = await runOpen(world.folder, ['hp.eml', ...alva, '--out', 'out'])
  expect(status).toBe(0)
  expect(stdout).toContain('At eight.')
  // Once, as the protected subject, and not again as the text for old readers.
  expect(stdout.match(/Dinner plans/g)).toHaveLength(1)
  expect(stdout).toMatch(/^ {2}subject +Dinner plans$/m)
  expect(readFileSync(join(world.folder, 'out', 'hp.opened.eml'), 'utf8')).toBe(
    readFileSync(join(world.folder, 'payload'), 'utf8'),
  )
})
