import type { ReactElement } from 'react'
import { texts } from '../texts.js'
import { Voices } from './voices.js'

export function Logo(): ReactElement {
  return (
    <span className="logo">
      <Voices />
      <span className="logo-word">{texts.brand.name}</span>
    </span>
  )
}
