/** What was probably meant: the known word at the smallest edit distance. */

/** Words longer than any of ours are not compared: the distance costs the product of the lengths. */
const longest = 40

/** Edits (insert, delete, replace, swap of neighbours) between two words: optimal string alignment distance. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1)
      current.push(best)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}

/** The nearest of `known`, or undefined where none is near enough to be a slip of the fingers. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > longest) return undefined
  const allowed = Math.max(1, Math.floor(word.length / 3))
  let best: { word: string; distance: number } | undefined
  for (const each of known) {
    const abbreviated = word.length >= 2 && each.startsWith(word)
    const distance = abbreviated ? 0 : editDistance(word.toLowerCase(), each)
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { word: each, distance }
  }
  return best?.word
}
