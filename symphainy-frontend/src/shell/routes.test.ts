import { PILLARS } from '@symphainy/protocol'
import { expect, it } from 'vitest'
import { agentOfPage, isProtected, NAVIGATION, pageAt, PATHS } from './routes.js'

it('[routes] every page is found at its path, with and without a slash at the end', () => {
  for (const name of NAVIGATION) expect(pageAt(PATHS[name])).toBe(name)
  expect(pageAt('/devices/')).toBe('devices')
  expect(pageAt('/devices/x')).toBe(null)
})

it('[routes] a pillar’s page opens its liaison, home the guide, the others nobody', () => {
  for (const pillar of PILLARS) expect(agentOfPage(pillar)).toEqual({ type: 'liaison', pillar })
  expect(agentOfPage('home')).toEqual({ type: 'guide' })
  expect(agentOfPage('devices')).toBe(null)
})

it('[routes] only known pages need a session', () => {
  expect(['/', '/content', '/login', '/register', '/nowhere'].map(isProtected)).toEqual([true, true, false, false, false])
})
