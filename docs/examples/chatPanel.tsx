// A module of its own, so that a bundler can part it from the page that loads first.
export { ChatPanel } from '@symphainy/react'
