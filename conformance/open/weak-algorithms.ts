/** Algorithms that are read for the sake of old archives, and that nobody should send any more (RFC 8551 2.7.1, appendix B). */

const weak: ReadonlySet<string> = new Set(['rc2-cbc', 'des-cbc', 'des-ede3-cbc', 'md5', 'sha1'])

/** Of a layer's algorithms those that are weak, by name. */
export function weakAmong(algorithms: readonly string[]): string[] {
  return algorithms.filter((each) => weak.has(each))
}
