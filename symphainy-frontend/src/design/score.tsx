import type { ReactElement } from 'react'

const BARS = 41

/** The picture beside the login: many voices that come together in the middle. Drawn, so that it costs no file. */
export function Score(): ReactElement {
  return (
    <svg className="score" viewBox="0 0 410 260" preserveAspectRatio="xMidYMid slice" focusable="false">
      {Array.from({ length: BARS }, (_, index) => {
        const place = index / (BARS - 1)
        const envelope = Math.exp(-((place - 0.5) ** 2) / 0.07)
        const half = 5 + envelope * (62 + 48 * Math.sin(index * 1.9) * Math.cos(index * 0.55))
        const x = 5 + index * 10
        return <path key={index} className={`voice-${index % 5}`} d={`M${x} ${(130 - half).toFixed(1)}V${(130 + half).toFixed(1)}`} />
      })}
    </svg>
  )
}
