import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { PILLARS } from '@symphainy/protocol'
import { renderKnowledgePage } from '../../http/pages/knowledgePage.js'
import { answerFrom, retrieve } from './answer.js'
import { loadKnowledge } from './knowledge.js'

const folder = fileURLToPath(new URL('../../../knowledge', import.meta.url))
const knowledge = loadKnowledge(folder)

/** Questions as people ask them, and the page (or the section of it) that must be among the first three. */
const QUESTIONS: readonly (readonly [question: string, expected: string])[] = [
  ['How do I change the port?', 'operations/configuration#change-the-port'],
  ['What happens to my message when I go offline?', 'content/messages-and-delivery#what-happens-to-my-message-when-i-go-offline'],
  ['How do I sign out other devices?', 'signing-in#sign-out-other-devices'],
  ['What does close code 4409 mean?', 'insights/close-codes#what-does-close-code-4409-mean'],
  ['How do I back up the data?', 'operations/backup-and-restore#back-up-the-data'],
  ['Which AI model answers me?', 'who-answers#which-ai-model-answers-me'],
  ['Can I use my own agent?', 'operations/agents-and-models#use-your-own-agent'],
  ['How do I restrict who can register?', 'operations/accounts-and-registration#restrict-who-can-register'],
  ['what is symphainy', 'what-is-symphainy'],
  ['how to log out', 'signing-in#sign-out'],
  ['I lost my laptop', 'operations/accounts-and-registration#lost-or-stolen-devices'],
  ['change my password', 'signing-in#change-the-password'],
  ['forgot password', 'operations/accounts-and-registration#somebody-forgot-the-password'],
  ['delete my account', 'privacy-and-data#delete-my-account'],
  ['How can I export my data?', 'privacy-and-data#export-my-data'],
  ['how do I delete a conversation', 'content/conversations#delete-a-conversation'],
  ['rename a chat', 'content/conversations#rename-a-conversation'],
  ['What does "In use in another tab" mean?', 'connection-states'],
  ['keyboard shortcuts', 'keyboard'],
  ['what is 1006', 'insights/close-codes#what-does-1006-mean'],
  ['close code 3000 reasons', 'insights/close-codes#what-do-the-reasons-of-3000-mean'],
  ['4429', 'insights/close-codes#the-codes'],
  ['Where are the logs?', 'insights/logs'],
  ['websocket behind nginx', 'operations/reverse-proxy#nginx'],
  ['traefik setup', 'operations/reverse-proxy#traefik'],
  ['TRUST_PROXY', 'operations/reverse-proxy'],
  ['How do I upgrade to a new version?', 'operations/upgrade-and-stop#upgrade-to-a-new-version'],
  ['restore a backup', 'operations/backup-and-restore#restore'],
  ['how much does it cost', 'business_outcomes/cost-control'],
  ['Is my data sent to OpenAI?', 'privacy-and-data#does-my-question-leave-the-platform'],
  ['GDPR data protection', 'business_outcomes/data-protection'],
  ['What is the maximum length of a message?', 'content/messages-and-delivery#how-long-may-a-message-be'],
  ['The agent is not set up correctly', 'insights/answers-that-failed#the-agent-is-not-set-up-correctly'],
  ['How do I connect Ollama?', 'operations/agents-and-models#use-a-local-model'],
  ['OPENAI_API_KEY', 'operations/configuration#agents-and-models'],
  ['where is the database stored', 'operations/configuration#where-the-data-is-stored'],
  ['connection lost every 60 seconds', 'operations/reverse-proxy#the-connection-is-lost-every-60-seconds'],
  ['port already in use', 'operations/troubleshooting#the-port-is-already-in-use'],
  ['stop an answer', 'content/messages-and-delivery#stop-an-answer'],
  ['run it with docker', 'operations/install#install-with-docker'],
  ['how long do I stay signed in?', 'signing-in#how-long-am-i-signed-in'],
  ['who can read my conversations', 'privacy-and-data#who-can-read-my-conversations'],
  ['invitation codes', 'operations/accounts-and-registration#invite-people'],
  ['daily quota for users', 'business_outcomes/cost-control'],
  ['availability 99.9', 'business_outcomes/availability'],
  ['measure the value', 'business_outcomes/measuring-value'],
  ['add my own documentation', 'content/writing-knowledge-pages'],
  ['what is a handover', 'who-answers#what-is-a-handover'],
  ['screen reader', 'keyboard#screen-readers'],
  ['What is draining?', 'operations/upgrade-and-stop#draining-explained'],
  ['Is it free?', 'what-is-symphainy#is-it-free-licence-and-price'],
  ['How many users can it handle?', 'operations/limits#how-many-users-can-one-machine-handle'],
  ['Does it work in Firefox?', 'what-is-symphainy#which-browsers-work'],
  ['What is AG-UI?', 'who-answers#what-is-ag-ui'],
  // The examples that the web app offers.
  ['What can I do with Symphainy?', 'what-is-symphainy#what-can-i-do-with-symphainy'],
  ['What happens to my question when the network drops?', 'content/messages-and-delivery'],
  ['How do I run this for my team?', 'business_outcomes/adopting-in-a-team'],
  ['Which figures show that it works well?', 'business_outcomes/measuring-value'],
  ['How do I add a document to the knowledge?', 'content/writing-knowledge-pages'],
  ['How are answers tied to their sources?', 'content/formatting-and-sources'],
  ['Which Markdown does an answer show?', 'content/formatting-and-sources'],
  ['What does the state Reconnecting mean?', 'connection-states'],
  ['How are duplicates prevented?', 'insights/connection-page#how-are-duplicates-prevented'],
  ['Which settings does the platform read?', 'operations/configuration'],
  ['How do I run it behind Traefik?', 'operations/reverse-proxy'],
  ['Who is Symphainy for?', 'what-is-symphainy#who-symphainy-is-for'],
  ['What does it do that others do not?', 'what-is-symphainy'],
  ['How do I keep the costs of a model in check?', 'business_outcomes/cost-control'],
  ['wat hapens when the conection is lost', 'connection-states'],
]

const NOT_IN_THERE = [
  'qwrtz plonk xyzzy',
  'asdf',
  '?!',
  '😀😀',
  'What is the weather in Paris tomorrow?',
  'Who won the world cup?',
  'Recipe for pancakes with blueberries',
  'the of and',
  'Wie spät ist es?',
]

describe('the knowledge that is shipped', () => {
  it.each(QUESTIONS)('answers “%s” from %s', (question, expected) => {
    const { hits } = retrieve(knowledge.index, question, { type: 'guide' })
    const found = hits.slice(0, 3).map(({ section }) => `${section.path}#${section.anchor}`)
    expect(
      found.some((place) => place === expected || place.startsWith(`${expected}#`)),
      found.join(', '),
    ).toBe(true)
    expect(answerFrom(knowledge.index, question, { type: 'guide' })?.sources.length).toBeGreaterThan(0)
  })

  it.each(NOT_IN_THERE)('finds nothing for “%s”', (question) => {
    expect(answerFrom(knowledge.index, question, { type: 'guide' })).toBeNull()
  })

  it('has pages for every pillar and for the guide', () => {
    for (const pillar of PILLARS) expect(knowledge.titles({ type: 'liaison', pillar }).length).toBeGreaterThanOrEqual(5)
    expect(knowledge.titles({ type: 'guide' }).length).toBeGreaterThanOrEqual(5)
  })

  it('has no link to a page or a heading that is not there', () => {
    const places = new Set(knowledge.sections.flatMap(({ path, anchor }) => [`/knowledge/${path}`, `/knowledge/${path}#${anchor}`]))
    const text = JSON.stringify(knowledge.sections.map(({ blocks }) => blocks))
    const links = [...text.matchAll(/\]\((\/knowledge\/[^)]*)\)/g)].map((match) => match[1] ?? '')
    expect(links.length).toBeGreaterThan(20)
    expect(links.filter((link) => !places.has(link))).toEqual([])
  })

  it('is cited by anchors that the rendered pages have', () => {
    for (const { path, anchor } of knowledge.sections) {
      const html = renderKnowledgePage(readFileSync(`${folder}/${path}.md`, 'utf8'), { title: path })
      expect(html, `${path}#${anchor}`).toContain(` id="${anchor}"`)
    }
  })

  it('has no heading twice on a page, so that links stay when a page grows', () => {
    expect(knowledge.sections.filter(({ anchor }) => /-\d+$/.test(anchor) && !/\d{3,}$/.test(anchor)).map(({ path, anchor }) => `${path}#${anchor}`)).toEqual(
      [],
    )
  })
})
