/** Lints of certificates: the S/MIME Baseline Requirements, and what RFC 8550 and RFC 5280 ask of every certificate for mail. */
export { allLints } from './all-lints.ts'
export * from './judge.ts'
export type { Lint, LintLevel } from './lint.ts'
export type { LintOptions, LintSubject } from './lint-subject.ts'
export type { CertificateType, Generation, Profile } from './profile.ts'
