'use client'

import type { ConnectionLabel, ConnectionState, SendResult, WebSocketError } from '@symphainy/client'
import type { ClientFrame, PlatformFrame } from '@symphainy/protocol'
import { useEffect, useMemo, useRef } from 'react'
import { useClient } from '../auth/clientContext.js'
import { useLatest } from '../useLatest.js'
import { useConnectionSnapshot } from './useConnectionSnapshot.js'

export interface AuthAwareWebSocketOptions {
  /** Whether mounting wants the connection; else `connect()` does. @default true */
  autoConnect?: boolean
  /** Every checked frame of the platform. Like all of these it may be written inline: it never touches the socket. [L4] */
  onMessage?: (frame: PlatformFrame) => void
  /** The platform said `ready`. */
  onOpen?: () => void
  /** A socket that was ready is gone; null when it was closed on purpose. */
  onClose?: (error: WebSocketError | null) => void
  onError?: (error: WebSocketError) => void
}

export interface AuthAwareWebSocket {
  state: ConnectionState
  /** The state in a person's words. */
  label: ConnectionLabel
  isConnected: boolean
  /** Why it is not connected, or null. */
  error: WebSocketError | null
  /** Whether a connection may be opened now. [CN1] [CN4] */
  canConnect: () => boolean
  connect: () => void
  disconnect: () => void
  reconnect: () => void
  send: (frame: ClientFrame) => SendResult
}

/**
 * The one connection of the session. It is wanted while at least one consumer is mounted, shared by all of them, and
 * closed when the last one leaves; it opens only when auth is confirmed. [CN1] [L3] [L5]
 */
export function useAuthAwareWebSocket(options: AuthAwareWebSocketOptions = {}): AuthAwareWebSocket {
  const { connection } = useClient()
  const snapshot = useConnectionSnapshot(connection)
  const latest = useLatest(options)
  const { autoConnect = true } = options

  const release = useRef<(() => void) | null>(null)
  useEffect(() => {
    if (autoConnect) release.current ??= connection.retain()
    return () => {
      release.current?.()
      release.current = null
    }
  }, [connection, autoConnect])

  useEffect(() => {
    let shown = connection.getSnapshot().error
    const ends = [
      connection.onFrame((frame) => {
        if (frame.type === 'ready') latest.current.onOpen?.()
        latest.current.onMessage?.(frame)
      }),
      connection.onLost(() => latest.current.onClose?.(connection.getSnapshot().error)),
      connection.subscribe(() => {
        const { error } = connection.getSnapshot()
        if (error === shown) return
        shown = error
        if (error !== null) latest.current.onError?.(error)
      }),
    ]
    return () => ends.forEach((end) => end())
  }, [connection, latest])

  const actions = useMemo(
    () => ({
      canConnect: () => connection.canConnect(),
      connect: () => {
        // Who connects by hand is a consumer as well: the socket does not outlive it.
        release.current ??= connection.retain()
        connection.connect()
      },
      disconnect: () => connection.disconnect(),
      reconnect: () => connection.reconnect(),
      send: (frame: ClientFrame) => connection.send(frame),
    }),
    [connection],
  )
  const { state, label, error } = snapshot
  return useMemo(() => ({ state, label, error, isConnected: state === 'ready', ...actions }), [state, label, error, actions])
}
