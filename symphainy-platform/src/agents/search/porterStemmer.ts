/**
 * M. F. Porter's suffix stripping for English (1980): "connected", "connecting" and "connection" become "connect",
 * so that a question finds a text in other inflections. Written from the paper; step names are the paper's.
 */

const CONSONANT = '[^aeiou]'
const VOWEL = '[aeiouy]'
const CONSONANTS = `${CONSONANT}[^aeiouy]*`
const VOWELS = `${VOWEL}[aeiou]*`

/** m > 0, m = 1, m > 1, "contains a vowel", "ends consonant-vowel-consonant": the paper's conditions on a stem. */
const HAS_MEASURE = new RegExp(`^(${CONSONANTS})?${VOWELS}${CONSONANTS}`)
const MEASURE_IS_ONE = new RegExp(`^(${CONSONANTS})?${VOWELS}${CONSONANTS}(${VOWELS})?$`)
const MEASURE_ABOVE_ONE = new RegExp(`^(${CONSONANTS})?${VOWELS}${CONSONANTS}${VOWELS}${CONSONANTS}`)
const HAS_VOWEL = new RegExp(`^(${CONSONANTS})?${VOWEL}`)
const ENDS_CVC = new RegExp(`^${CONSONANTS}${VOWEL}[^aeiouwxy]$`)
const ENDS_DOUBLE = /([^aeiouylsz])\1$/

const STEP_2: Readonly<Record<string, string>> = {
  ational: 'ate',
  tional: 'tion',
  enci: 'ence',
  anci: 'ance',
  izer: 'ize',
  bli: 'ble',
  alli: 'al',
  entli: 'ent',
  eli: 'e',
  ousli: 'ous',
  ization: 'ize',
  ation: 'ate',
  ator: 'ate',
  alism: 'al',
  iveness: 'ive',
  fulness: 'ful',
  ousness: 'ous',
  aliti: 'al',
  iviti: 'ive',
  biliti: 'ble',
  logi: 'log',
}
const STEP_3: Readonly<Record<string, string>> = { icate: 'ic', ative: '', alize: 'al', iciti: 'ic', ical: 'ic', ful: '', ness: '' }
const STEP_2_SUFFIX = /(ational|tional|enci|anci|izer|bli|alli|entli|eli|ousli|ization|ation|ator|alism|iveness|fulness|ousness|aliti|iviti|biliti|logi)$/
const STEP_3_SUFFIX = /(icate|ative|alize|iciti|ical|ful|ness)$/
const STEP_4_SUFFIX = /(al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)$/

function plural(word: string): string {
  if (/(ss|i)es$/.test(word)) return word.slice(0, -2)
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word
}

function pastAndGerund(word: string): string {
  if (word.endsWith('eed')) return HAS_MEASURE.test(word.slice(0, -3)) ? word.slice(0, -1) : word
  const stem = word.replace(/(ed|ing)$/, '')
  if (stem === word || !HAS_VOWEL.test(stem)) return word
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`
  if (ENDS_DOUBLE.test(stem)) return stem.slice(0, -1)
  return ENDS_CVC.test(stem) ? `${stem}e` : stem
}

function finalY(word: string): string {
  return word.endsWith('y') && HAS_VOWEL.test(word.slice(0, -1)) ? `${word.slice(0, -1)}i` : word
}

function mapped(word: string, suffix: RegExp, to: Readonly<Record<string, string>>): string {
  const found = suffix.exec(word)?.[1]
  if (found === undefined) return word
  const stem = word.slice(0, -found.length)
  return HAS_MEASURE.test(stem) ? stem + (to[found] ?? '') : word
}

function lastSuffix(word: string): string {
  const found = STEP_4_SUFFIX.exec(word)?.[1] ?? /[st](ion)$/.exec(word)?.[1]
  if (found === undefined) return word
  const stem = word.slice(0, -found.length)
  return MEASURE_ABOVE_ONE.test(stem) ? stem : word
}

function finalE(word: string): string {
  if (word.endsWith('e')) {
    const stem = word.slice(0, -1)
    if (MEASURE_ABOVE_ONE.test(stem) || (MEASURE_IS_ONE.test(stem) && !ENDS_CVC.test(stem))) return stem
  }
  return word
}

function finalDoubleL(word: string): string {
  return word.endsWith('ll') && MEASURE_ABOVE_ONE.test(word) ? word.slice(0, -1) : word
}

/** The stem of one lower-case English word. Words of one or two letters, and words with other characters, are left alone. */
export function stem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word
  // A leading y is a consonant; written large it does not count among the vowels.
  const guarded = word.startsWith('y') ? `Y${word.slice(1)}` : word
  const stemmed = finalDoubleL(finalE(lastSuffix(mapped(mapped(finalY(pastAndGerund(plural(guarded))), STEP_2_SUFFIX, STEP_2), STEP_3_SUFFIX, STEP_3))))
  return stemmed.toLowerCase()
}
