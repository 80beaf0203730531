/** Which private keys a peer's key store took in. One that it refuses costs the messages for that person, not the run. */
import { PeerRefusal } from './peer.ts'
import type { Person } from './world.ts'

export class ImportedKeys {
  readonly #refusals = new Map<Person, string>()

  /** Tries everybody; `importKey` throws PeerRefusal where the peer says no. */
  static async of(people: readonly Person[], importKey: (person: Person) => Promise<void>): Promise<ImportedKeys> {
    const keys = new ImportedKeys()
    for (const person of people) {
      try {
        await importKey(person)
      } catch (error) {
        if (!(error instanceof PeerRefusal)) throw error
        keys.#refusals.set(person, error.message)
      }
    }
    return keys
  }

  /** The person, if the store has the key. @throws PeerRefusal */
  holder(person: Person): Person {
    const refusal = this.#refusals.get(person)
    if (refusal !== undefined) throw new PeerRefusal(`key not imported: ${refusal}`)
    return person
  }
}
