import { texts } from '../texts.js'

/** A span in words of two units at most: "4 s", "3 min 5 s", "2 h 10 min", "5 d 1 h". Negative spans count as none. Pure. */
export function durationWords(ms: number): string {
  const { second, minute, hour, day } = texts.units
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const steps: [number, string][] = [
    [Math.floor(seconds / 86_400), day],
    [Math.floor(seconds / 3600) % 24, hour],
    [Math.floor(seconds / 60) % 60, minute],
    [seconds % 60, second],
  ]
  const first = steps.findIndex(([count]) => count > 0)
  if (first === -1) return `0 ${second}`
  return steps
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** "Try again in 12 s.", or nothing when no time was told. Pure. */
export function waitWords(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined || retryAfterMs <= 0 ? '' : texts.wait(durationWords(Math.ceil(retryAfterMs / 1000) * 1000))
}

/** How long ago, in one unit: "just now", "5 min ago", "3 d ago". Clocks that disagree give "just now". Pure. */
export function agoWords(then: number, now: number): string {
  const ms = now - then
  if (ms < 60_000) return texts.justNow
  return texts.ago(durationWords(ms).split(' ').slice(0, 2).join(' '))
}
