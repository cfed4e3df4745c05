import type { AgentEnvironment } from '../agentEnvironment.js'
import { pause } from '../agentEnvironment.js'

/** Long enough to be one delta, short enough to be seen coming. */
const CHUNK_UNITS = 12

/** A text in chunks of whole words with the space behind them; joined they are the text again. */
export function chunksOf(text: string): string[] {
  const chunks: string[] = []
  let open = ''
  for (const word of text.match(/\s*\S+\s*/g) ?? []) {
    open += word
    if (open.length >= CHUNK_UNITS) {
      chunks.push(open)
      open = ''
    }
  }
  return open === '' ? chunks : [...chunks, open]
}

/**
 * The text chunk by chunk, at a pace at which a reader sees it come; the first chunk at once, all at once at pace 0.
 * Ends early when the signal aborts.
 *
 * @param pace tokens a second, a token taken as four letters
 */
export async function* pacedText(
  text: string,
  pace: number,
  environment: Pick<AgentEnvironment, 'setTimer'>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  if (pace === 0) {
    if (!signal.aborted) yield text
    return
  }
  for (const chunk of chunksOf(text)) {
    if (signal.aborted) return
    yield chunk
    await pause(environment, (chunk.length / 4 / pace) * 1000, signal)
  }
}
