/** All peers, in the order of the table. */
import type { Peer } from '../peer.ts'
import { bouncyCastle } from './bouncy-castle.ts'
import { gpgsm } from './gpgsm.ts'
import { nss } from './nss.ts'
import { openssl } from './openssl.ts'
import { smimelab } from './smimelab.ts'

export const peers: readonly Peer[] = [smimelab, openssl, nss, gpgsm, bouncyCastle]
