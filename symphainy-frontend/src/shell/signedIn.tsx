import { chatOf } from '@symphainy/client/chat'
import { MainLayout, useAuth, useClient } from '@symphainy/react'
import { useEffect, useRef } from 'react'
import type { ReactElement } from 'react'
import { useLocation } from 'wouter'
import { Chat } from '../chat/chat.js'
import { ConnectionPage } from '../pages/connectionPage.js'
import { DevicesPage } from '../pages/devicesPage.js'
import { HomePage } from '../pages/homePage.js'
import { PillarPage } from '../pages/pillarPage.js'
import { texts } from '../texts.js'
import { FaultBoundary } from './faultBoundary.js'
import { Header } from './header.js'
import { Navigation } from './navigation.js'
import { agentOfPage, pageAt } from './routes.js'
import type { PageName } from './routes.js'
import { usePageTitle } from './usePageTitle.js'
import '../design/signedIn.css'

/** The app of a signed-in person: the frame, the page at the address, and the chat beside it. */
export function SignedIn(): ReactElement {
  const [path] = useLocation()
  const page = pageAt(path) ?? 'home'
  const { user } = useAuth()
  const content = useRef<HTMLDivElement>(null)
  usePageTitle(texts.shell.pages[page])
  useAgentOfPage(page)
  useFocusOnArrival(page, content)
  return (
    <>
      <a className="skip" href="#page">
        {texts.shell.skip}
      </a>
      <MainLayout
        header={<Header />}
        navigation={<Navigation page={page} />}
        panel={() => (
          <FaultBoundary>
            {/* Another user is another chat: nothing of the first one's screen may be left for a frame. [TB5] */}
            <Chat key={user?.id} />
          </FaultBoundary>
        )}
      >
        <div id="page" ref={content} className="page" tabIndex={-1} data-page={page} data-kind={agentOfPage(page) === null ? 'full' : 'chat'}>
          <FaultBoundary key={page}>{contentOf(page)}</FaultBoundary>
        </div>
      </MainLayout>
    </>
  )
}

function contentOf(page: PageName): ReactElement {
  switch (page) {
    case 'home':
      return <HomePage />
    case 'devices':
      return <DevicesPage />
    case 'connection':
      return <ConnectionPage />
    default:
      return <PillarPage pillar={page} />
  }
}

/** A pillar's page opens its liaison, the home page the guide; the same conversation goes on only with the same agent. */
function useAgentOfPage(page: PageName): void {
  const client = useClient()
  useEffect(() => {
    const agent = agentOfPage(page)
    if (agent !== null) chatOf(client).switchAgent(agent, { keep: false })
  }, [client, page])
}

/** After a change of page a screen reader and the Tab key go on from the new page, not from where the link was. */
function useFocusOnArrival(page: PageName, content: { current: HTMLElement | null }): void {
  const shown = useRef(page)
  useEffect(() => {
    if (shown.current === page) return
    shown.current = page
    content.current?.focus({ preventScroll: true })
    content.current?.closest('main')?.scrollTo({ top: 0 })
  }, [page, content])
}
