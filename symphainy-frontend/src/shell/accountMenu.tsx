import { useAuth } from '@symphainy/react'
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { useLocation } from 'wouter'
import { texts } from '../texts.js'
import { PATHS } from './routes.js'
import { SignOutDialog } from './signOutDialog.js'
import { useSignOut } from './useSignOut.js'

const ITEMS = ['devices', 'connection', 'signOut'] as const

/** A menu button as the ARIA practices have it: arrows, Home, End, first letters, Escape, and the focus comes back. */
export function AccountMenu(): ReactElement {
  const own = texts.shell
  const { user } = useAuth()
  const [, navigate] = useLocation()
  const [open, setOpen] = useState(false)
  const signOut = useSignOut()
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  const openAt = useRef(0)

  useEffect(() => {
    if (!open) return
    focusItem(menu.current, openAt.current)
    const onOutside = (event: PointerEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) setOpen(false)
    }
    document.addEventListener('pointerdown', onOutside)
    return () => document.removeEventListener('pointerdown', onOutside)
  }, [open])

  const openWith = (index: number): void => {
    openAt.current = index
    setOpen(true)
  }
  const close = (): void => {
    setOpen(false)
    button.current?.focus()
  }
  const choose = (item: (typeof ITEMS)[number]): void => {
    close()
    if (item === 'signOut') signOut.ask()
    else navigate(PATHS[item])
  }
  const onMenuKey = (event: KeyboardEvent): void => {
    const items = itemsOf(menu.current)
    const at = items.indexOf(document.activeElement as HTMLElement)
    if (event.key === 'Tab') return setOpen(false)
    const next = nextItem(event.key, at, items)
    if (event.key !== 'Escape' && next === null) return
    event.preventDefault()
    if (next === null) close()
    else focusItem(menu.current, next)
  }

  return (
    <div className="account" ref={root}>
      <button
        ref={button}
        type="button"
        className="account-button"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => (open ? setOpen(false) : openWith(0))}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          openWith(event.key === 'ArrowDown' ? 0 : -1)
        }}
      >
        <span className="account-letter" aria-hidden="true">
          {[...(user?.name ?? '')][0]?.toUpperCase()}
        </span>
        <span className="account-word">{own.account}</span>
      </button>
      {open && (
        <div className="account-sheet">
          <p className="account-who">
            <strong>{user?.name}</strong>
            <span>{user?.email}</span>
          </p>
          <div ref={menu} role="menu" aria-label={own.account} onKeyDown={onMenuKey}>
            {ITEMS.map((item) => (
              <button key={item} type="button" role="menuitem" tabIndex={-1} onClick={() => choose(item)}>
                {item === 'signOut' ? own.signOut : own.pages[item]}
              </button>
            ))}
          </div>
        </div>
      )}
      <SignOutDialog signOut={signOut} />
    </div>
  )
}

function itemsOf(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
}

function focusItem(menu: HTMLElement | null, index: number): void {
  itemsOf(menu).at(index)?.focus()
}

/** The item to which a key leads, or null when it leads nowhere. */
function nextItem(key: string, at: number, items: readonly HTMLElement[]): number | null {
  const count = items.length
  if (key === 'ArrowDown') return (at + 1) % count
  if (key === 'ArrowUp') return (at - 1 + count) % count
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  if (key.length !== 1 || key === ' ') return null
  const found = items.findIndex((item) => item.textContent.toLowerCase().startsWith(key.toLowerCase()))
  return found === -1 ? null : found
}
