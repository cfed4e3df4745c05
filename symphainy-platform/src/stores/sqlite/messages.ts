/** What the main thread and a SQLite thread say to each other. */
export type SqlValue = string | number | bigint | null | Uint8Array

export interface OpenOptions {
  file: string
  readOnly: boolean
  /** How long a statement waits for another process's lock, in milliseconds. */
  busyTimeoutMs: number
  /** Locked exclusively for as long as the thread lives. */
  lockFile?: string
  /** Largest size of the file, in pages of 4 KiB: how tests fill a disk. @default no limit */
  maxPages?: number
}

export type Question = { id: number; type: 'open' } | { id: number; type: 'run'; sql: string; values: readonly SqlValue[] } | { id: number; type: 'close' }

/** `code`: SQLite's extended result code. */
export interface FailureFacts {
  message: string
  code?: number
}

export type Answer = { id: number; ok: true; rows: unknown[]; changes: number } | { id: number; ok: false; failure: FailureFacts }
