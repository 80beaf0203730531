/** Where the corpora are. They are public test data, kept beside the project: nothing of them is in it. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { LabError } from '../../simulator/error.ts'

/** @throws LabError 'corpora-missing': a run without data must never look like one that passed */
export function corporaFolder(projectRoot: string, env: Readonly<Record<string, string | undefined>>): string {
  const folder = env.SMIMELAB_CORPORA ?? join(projectRoot, '..', 'shared', 'corpora')
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder
  throw new LabError('corpora-missing', `THE CORPORA ARE NOT THERE, so nothing was tested: ${folder} is no folder`, {
    hint: 'name their folder in SMIMELAB_CORPORA',
  })
}
