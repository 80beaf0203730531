/** One finding where the condition holds, none else. */
export function when(condition: boolean, found: string): readonly string[] {
  return condition ? [found] : []
}
