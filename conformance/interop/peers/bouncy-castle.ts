/**
 * Bouncy Castle, the engine of many Java and Android mail programs. Peer.java, compiled for the run, does what is written
 * in a file of jobs: one start of the virtual machine for all of them.
 */
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { demand, tryCommand } from '../command.ts'
import type { Form } from '../form.ts'
import { writePemFiles } from '../identity-files.ts'
import type { Answer, Peer, Workplace } from '../peer.ts'
import { recipientOf, signerOf, type World } from '../world.ts'

const jars = ['bcprov', 'bcpkix', 'bcutil', 'bcmail', 'javax.mail', 'javax.activation']
const classPath = [...jars.map((each) => `/usr/share/java/${each}.jar`), '.'].join(':')

/** No time spent on optimizing what runs for a second. */
const java = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classPath, 'Peer']

export const bouncyCastle: Peer = {
  name: 'bouncy-castle',
  packages: [
    'default-jdk-headless',
    'libbcmail-java',
    'libbcpkix-java',
    'libbcprov-java',
    'libbcutil-java',
    'libmail-java',
  ],
  async version(workplace) {
    await copyFile(fileURLToPath(new URL('Peer.java', import.meta.url)), join(workplace.folder, 'Peer.java'))
    const compiled = await tryCommand(workplace, 'javac', ['-nowarn', '-cp', classPath, '-d', '.', 'Peer.java'])
    if (compiled === undefined) return undefined
    // What can't be compiled for lack of a library is a peer that is not installed; else it is a defect of Peer.java.
    if (/package \S+ does not exist/.test(compiled.stderr)) return undefined
    if (compiled.code !== 0) throw new Error(`Peer.java does not compile:\n${compiled.stderr}`)
    const ran = await demand(workplace, 'java', [...java, 'version'], (stderr) => stderr)
    return ran.stdout.toString().trim()
  },
  async start(world, workplace) {
    await writePemFiles(world, workplace.folder)
    return {
      make: (jobs) =>
        runJobs(
          workplace,
          jobs.map(({ form, entity }) => ({ job: making(world, form), input: entity })),
        ),
      open: (jobs) =>
        runJobs(
          workplace,
          jobs.map(({ form, message }) => ({ job: opening(world, form), input: message })),
        ),
      stop: async () => {},
    }
  },
}

function making(world: World, form: Form): string[] {
  return form.kind === 'signed'
    ? ['sign', form.signature, form.shape, signerOf(world, form).friendlyName]
    : ['encrypt', form.cipher, form.keyManagement, form.recipientId, recipientOf(world, form).friendlyName]
}

function opening(world: World, form: Form): string[] {
  return form.kind === 'signed' ? ['verify'] : ['decrypt', recipientOf(world, form).friendlyName]
}

/** jobs.txt: INPUT, OUTPUT, VERB and its arguments, tabs between; answered by lines `ok` or `no WHY`. */
async function runJobs(
  workplace: Workplace,
  jobs: readonly { readonly job: readonly string[]; readonly input: Buffer }[],
): Promise<Answer[]> {
  const { folder } = workplace
  for (const [index, { input }] of jobs.entries()) await writeFile(join(folder, `${index}.in`), input)
  const lines = jobs.map(({ job }, index) => [`${index}.in`, `${index}.out`, ...job].join('\t'))
  await writeFile(join(folder, 'jobs.txt'), lines.join('\n'))
  const ran = await demand(workplace, 'java', [...java, 'jobs', 'jobs.txt'], (stderr) => stderr.trim())
  const answers = ran.stdout.toString().trimEnd().split('\n')
  if (answers.length !== jobs.length) throw new Error(`Peer.java: ${jobs.length} answers wanted, got ${answers.length}`)
  return Promise.all(
    answers.map(async (answer, index): Promise<Answer> => {
      if (answer !== 'ok') return { ok: false, says: answer.replace(/^no /, '') }
      return { ok: true, bytes: await readFile(join(folder, `${index}.out`)) }
    }),
  )
}
