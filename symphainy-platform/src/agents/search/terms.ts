import { stem } from './porterStemmer.js'

/** Words that carry no subject in a question or a text. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about after again all also am an and any are as at be been being but by can cannot could did do does doing done dont for from get gets getting give go goes got had has ' +
    'have having he her here hers him his how however i if in into is isnt it its just know let like make makes me mean means meant more most much must my need no nor not now of off ' +
    'on one only or other our out over please possible really s same she should show so some such t tell than that the their them then there these they this those through to too ' +
    'up us use used uses using very want was way we were what when where whether which while who whom whose why will with would yes you your explain describe'
  ).split(' '),
)

/** Terms of several words, and words that people use for one another: they become one term in questions and texts alike. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:sign|log)(?:s|ned|ging|ged|ning|ing)?[\s-]*(?:in|on|into)\b/g, ' signin '],
  [/\b(?:sign|log)(?:s|ned|ging|ged|ning|ing)?[\s-]*(?:out|off)\b/g, ' signout '],
  [/\b(?:back(?:s|ed|ing)?[\s-]*(?:up)|backups)\b/g, ' backup '],
  [/\bset(?:s|ting)?[\s-]up\b/g, ' setup '],
  [/\bhow much\b/g, ' cost '],
  [/\be-mail/g, 'email'],
  [/\bweb[\s-]?sockets?\b/g, ' socket '],
  [/\btime[sd]?[\s-]?outs?\b/g, ' timeout '],
  [/\bre-?connect/g, 'reconnect'],
  [/\boff[\s-]line\b/g, ' offline '],
  [/\bshort ?cuts?\b/g, ' keyboard shortcut '],
  [/\bai\b/g, ' ai model '],
  [/\bllms?\b/g, ' ai model '],
]

/** Each word on the left stands for those on the right. */
const MEANINGS: Readonly<Record<string, string>> = {
  delete: 'remove erase wipe removing removed',
  device: 'laptop phone computer computers',
  signin: 'login',
  signout: 'logout',
  documentation: 'docs',
  conversation: 'chats chat thread threads',
  environment: 'env',
  configuration: 'config setting settings',
  cost: 'price pricing expensive money pay costs spending spend',
  agent: 'bot assistant',
  register: 'signup enrol enroll',
  person: 'user users people persons',
  maximum: 'max',
  store: 'stored saved kept',
  limit: 'limited',
  change: 'modify alter edit',
  invitation: 'invite invited invites',
}

// A map, since a question may hold the word "constructor".
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries(MEANINGS).flatMap(([meaning, words]) => words.split(' ').map((word) => [word, meaning] as const)),
)

/** Lower case, with phrases joined, cut at everything that is neither letter, digit nor underscore. */
export function tokenize(text: string): string[] {
  const joined = PHRASES.reduce((so, [pattern, term]) => so.replace(pattern, term), text.toLowerCase().replace(/[’']/g, ''))
  return joined.split(/[^\p{L}\p{N}_]+/u).filter((token) => token !== '')
}

/** Nothing longer is a word that somebody wrote. In UTF-16 units. */
const LONGEST_TERM = 64

function termOf(token: string): string | null {
  if (STOP_WORDS.has(token) || (token.length === 1 && !/\d/.test(token))) return null
  return stem(SYNONYMS.get(token) ?? token)
}

/** The index terms of one token; `DATA_DIR` is found by its name and by its words. None for stop words. */
export function termsOf(token: string): string[] {
  if (token.length > LONGEST_TERM) return []
  const parts = token.split('_').filter((part) => part !== '')
  const terms = parts.map(termOf).filter((term) => term !== null)
  return parts.length > 1 ? [token, ...terms] : terms
}

/** The distinct terms of a question or a sentence. */
export function distinctTerms(text: string): string[] {
  return [...new Set(tokenize(text).flatMap(termsOf))]
}
