import { useEffect } from 'react'
import { texts } from '../texts.js'

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${texts.brand.name}`
  }, [title])
}
