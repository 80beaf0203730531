/**
 * Writes the JSON Schemas beside this file from the zod definitions; with `--check` compares and writes nothing.
 * `npm run schemas`, `npm run check:schemas`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { z } from 'zod'
import { lintDocumentSchema } from '../lint-document.ts'
import { openDocumentSchema } from '../open-document.ts'
import { recordSchema } from '../record.ts'

const schemas = {
  'record.schema.json': { title: 'smimelab run record', definition: recordSchema },
  'lint.schema.json': { title: 'smimelab lint-cert --json', definition: lintDocumentSchema },
  'open.schema.json': { title: 'smimelab open --json', definition: openDocumentSchema },
}

const check = process.argv.includes('--check')
for (const [name, { title, definition }] of Object.entries(schemas)) {
  const file = new URL(name, import.meta.url)
  const { $schema, ...rest } = z.toJSONSchema(definition)
  const wanted = `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`
  if (!check) {
    writeFileSync(file, wanted)
  } else if (readOrEmpty(file) !== wanted) {
    process.stderr.write(`reports/schema/${name} is not what the zod definition says. Run: npm run schemas\n`)
    process.exitCode = 1
  }
}

function readOrEmpty(file: URL): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
