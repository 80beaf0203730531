/** Opens the CMS file that is its argument and prints the peak of the process's memory in octets. */
import { readFileSync } from 'node:fs'
import { opener } from './opening.ts'
import { benchIdentity } from './people.ts'

const key = await benchIdentity('rsa-2048', 'encrypt')
opener(readFileSync(process.argv[2] ?? ''), key)()
console.log(process.resourceUsage().maxRSS * 1024)
