// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { LoadMore } from './loadMore.js'

afterEach(cleanup)

it('says in words why nothing more came, keeps its button, and is silent again at the next try', async () => {
  let answer: () => Promise<void> = () => Promise.reject(new Error('The service cannot be reached.'))
  render(
    <LoadMore className="more" load={() => answer()}>
      Show older
    </LoadMore>,
  )
  const press = (): Promise<void> => act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Show older' })))
  expect(screen.queryByRole('alert')).toBeNull()
  await press()
  expect(screen.getByRole('alert').textContent).toBe('The service cannot be reached.')
  answer = () => Promise.resolve()
  await press()
  expect(screen.queryByRole('alert')).toBeNull()
})
