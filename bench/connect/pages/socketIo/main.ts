import { io } from 'socket.io-client'
import { markFirstFrame, markUser } from '../mark.js'

// The same order as ours: nothing is opened before the session is confirmed.
const answer = await fetch('/api/session')
if (answer.ok) {
  const { user } = (await answer.json()) as { user: { name: string } }
  markUser(user.name)
  // `?transports=websocket` leaves out the polling that the library begins with by default.
  const only = new URLSearchParams(location.search).get('transports')
  const socket = io(only === null ? {} : { transports: [only] })
  socket.on('ready', markFirstFrame)
}
