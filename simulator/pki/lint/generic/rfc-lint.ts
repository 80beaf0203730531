/** What the lints of RFCs have in common: area and source. They hold for every certificate, whenever it was issued. */
import type { Lint } from '../lint.ts'

interface RfcLint extends Pick<Lint, 'level' | 'statement' | 'applies' | 'check'> {
  readonly slug: string
  readonly section: string
}

/** RFC 5280: certificates of the Internet. */
export function x509Lint({ slug, section, ...rest }: RfcLint): Lint {
  return { ...rest, id: `x509/${slug}`, ...source(5280, section) }
}

/** RFC 8550: certificates for S/MIME. */
export function smimeLint({ slug, section, ...rest }: RfcLint): Lint {
  return { ...rest, id: `smime/${slug}`, ...source(8550, section) }
}

/** RFC 8813: key usages of elliptic-curve keys. */
export function curveLint({ slug, section, ...rest }: RfcLint): Lint {
  return { ...rest, id: `x509/${slug}`, ...source(8813, section) }
}

function source(rfc: number, section: string): Pick<Lint, 'clause' | 'url'> {
  const anchor = /^[A-Z]/.test(section) ? `appendix-${section}` : `section-${section}`
  return { clause: `RFC ${rfc} ${section}`, url: `https://www.rfc-editor.org/rfc/rfc${rfc}#${anchor}` }
}
