#!/usr/bin/env node
// Only the check of the runtime: everything else is imported after it, so that an old node can say what is wrong.
import process from 'node:process'

const oldest = 24

if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(
    `smimelab: Node.js ${oldest} or newer wanted, this is ${process.versions.node}\n` +
      '  hint: https://nodejs.org/en/download\n',
  )
  process.exitCode = 2
} else {
  const { runCommandLine } = await import('./command-line.ts')
  await runCommandLine()
}
