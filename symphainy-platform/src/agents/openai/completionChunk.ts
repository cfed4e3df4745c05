import type { TokenUsage } from '@ag-ui/core'

/** What one chunk of a streamed chat completion holds for us. */
export interface CompletionChunk {
  text: string
  finish?: string
  usage?: TokenUsage
  /** The endpoint failed in the middle and said so. */
  error: boolean
}

type Fields = Record<string, unknown>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const count = (value: unknown): number | undefined => (Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined)

/** The data of one event, or null when it is no chunk. Fields that other endpoints add are passed over. */
export function readChunk(data: string): CompletionChunk | null {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return null
  }
  if (!isObject(value)) return null
  if (value['error'] !== undefined && value['error'] !== null) return { text: '', error: true }
  const choices: unknown[] = Array.isArray(value['choices']) ? (value['choices'] as unknown[]) : []
  const choice = choices[0]
  const delta = isObject(choice) ? choice['delta'] : undefined
  const content = isObject(delta) ? delta['content'] : undefined
  const finish = isObject(choice) ? choice['finish_reason'] : undefined
  const usage = usageOf(value['usage'], value['model'])
  return {
    text: typeof content === 'string' ? content : '',
    error: false,
    ...(typeof finish === 'string' && finish !== '' ? { finish } : {}),
    ...(usage === undefined ? {} : { usage }),
  }
}

function usageOf(value: unknown, model: unknown): TokenUsage | undefined {
  if (!isObject(value)) return undefined
  const inputTokens = count(value['prompt_tokens'])
  const outputTokens = count(value['completion_tokens'])
  const totalTokens = count(value['total_tokens'])
  if (inputTokens === undefined && outputTokens === undefined && totalTokens === undefined) return undefined
  return {
    ...(typeof model === 'string' ? { model } : {}),
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(totalTokens === undefined ? {} : { totalTokens }),
  }
}
