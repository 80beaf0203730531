/**
 * PKCS12-ZOO.tsv: every PKCS#12 file of all corpora with its password and, as `openssl pkcs12 -info` shows it, its
 * protection. That has to be what we tell of it, and what comes out as many keys and certificates as OpenSSL finds.
 */
import { LabError } from '../../simulator/error.ts'
import { openPkcs12, type Pkcs12Contents } from '../../simulator/pki/pkcs12/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { countsOf } from './pkcs12-counts.ts'
import { showContents } from './verdicts.ts'

export const pkcs12Zoo: Corpus = {
  name: 'pkcs12-zoo',
  folder: '',
  least: 127,
  *cases(library) {
    const [, ...rows] = library.read('PKCS12-ZOO.tsv').toString('utf8').split('\n')
    for (const row of rows.filter((each) => each !== '')) {
      const [file = '', password = '', protection = ''] = row.split('\t')
      yield password === 'none' ? broken(library, file) : sound(library, file, password, protection)
    }
  },
}

/** Passwords that the list leaves out: the file has no MAC, so that -info asked for none. */
const missing: Readonly<Record<string, string>> = { 'openssl/80-test_pkcs12_data/nomac_parse.p12': 'testpassword' }

function sound(library: CorpusFolder, file: string, listed: string, protection: string): Case {
  const password = missing[file] ?? listed
  return {
    name: file,
    expected: `${countsOf(file)}; ${showListed(protection)}`,
    run: () => {
      // The list, like OpenSSL, does not tell the absent password from the empty one (RFC 7292 B.1).
      const contents = openWith(library.read(file), password === '' ? ['', null] : [password])
      return `${showContents(contents)}; ${showProtection(contents)}`
    },
  }
}

function openWith(bytes: Buffer, [password = null, ...rest]: readonly (string | null)[]): Pkcs12Contents {
  try {
    return openPkcs12(bytes, password)
  } catch (error) {
    if (rest.length === 0) throw error
    return openWith(bytes, rest)
  }
}

/** Refused with the password of its sound twins, with the empty one and with none. */
function broken(library: CorpusFolder, file: string): Case {
  return {
    name: file,
    expected: 'refused',
    run: () => {
      for (const password of ['1234', '', null]) {
        try {
          return showContents(openPkcs12(library.read(file), password))
        } catch (error) {
          if (!(error instanceof LabError)) throw error
        }
      }
      return 'refused'
    },
  }
}

function showProtection({ protection }: Pkcs12Contents): string {
  const schemes = [protection.key, protection.certificates].flatMap((each) => each.split('+'))
  const mac = protection.mac.startsWith('pbmac1') ? 'pbmac1' : protection.mac
  return describe(
    mac,
    schemes.filter((each) => each !== 'none'),
    protection.iterations,
  )
}

/** One part a field, such as 'Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256'. */
function showListed(protection: string): string {
  const parts = protection.split(';')
  const mac = /MAC: (PBMAC1|\w+)/.exec(protection)?.[1]?.toLowerCase()
  const schemes = parts.filter((each) => /^(PKCS7 Encrypted data|Shrouded Keybag):/.test(each)).flatMap(schemeNames)
  const iterations = parts.map((each) => Number(/Iteration (\d+)/.exec(each)?.[1] ?? 0))
  return describe(mac === undefined ? 'none' : mac === 'pbmac1' ? mac : `hmac-${mac}`, schemes, Math.max(...iterations))
}

/** The list cuts long entries, some in the middle of a name: nothing where too little is left of it. */
function schemeNames(part: string): string[] {
  if (part.includes('pbeWithSHA1And3-Key')) return ['pbe-sha1-3des']
  if (part.includes('pbeWithSHA1And40BitRC2')) return ['pbe-sha1-rc2-40']
  const pbes2 = /PBES2, PBKDF2, (AES-\d+-CBC), Iteration \d+, PRF hmacWith(SHA\d+)/.exec(part)
  return pbes2 === null ? [] : [`pbes2-${pbes2[1]}-hmac-${pbes2[2]}`.toLowerCase()]
}

function describe(mac: string, schemes: readonly string[], iterations: number): string {
  const names = [...new Set(schemes)].sort()
  return `${mac}, ${names.length === 0 ? 'in the clear' : names.join(' + ')}, ${iterations} iterations`
}
