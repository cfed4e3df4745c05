import type { EventLog } from '@symphainy/gateway'
import type { ContractCase } from './contract.js'
import { deletionCases } from './eventLog/deletion.js'
import { listingCases } from './eventLog/listing.js'
import { readingCases } from './eventLog/reading.js'
import { runCases } from './eventLog/runs.js'
import { submitCases } from './eventLog/submit.js'

/** What every EventLog must do. */
export const eventLogContract: readonly ContractCase<EventLog>[] = [...submitCases, ...runCases, ...readingCases, ...listingCases, ...deletionCases]
