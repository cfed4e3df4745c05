import { ID_PATTERN } from '@symphainy/protocol'
import { normaliseEmail } from '../accounts/accounts.js'
import { invalidField } from './errors.js'

/** Reads the fields of a body or a query by hand: each refusal is in words for the person who filled the form. */
export type Fields = Readonly<Record<string, unknown>>

export function fieldsOf(body: unknown): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalidField('body', 'Send a JSON object.')
  return body as Fields
}

/** Characters that no name has, and that move or hide other text where it is shown. */
const INVISIBLE = /[\p{Cc}\u200B\u2028-\u202E\u2060-\u2069\uFEFF]/gu

const LONE_SURROGATE = /\p{Surrogate}/u

export function nameField(fields: Fields): string {
  const name = textField(fields, 'name', 'Name', 200).replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim()
  if (name === '') throw invalidField('name', 'Enter a name.')
  if (name.length > 80) throw invalidField('name', 'The name is longer than 80 characters.')
  return name
}

export function emailField(fields: Fields): string {
  const email = normaliseEmail(textField(fields, 'email', 'Email', 254))
  if (email === '') throw invalidField('email', 'Enter an email address.')
  if (!/^[^\s@<>"]{1,64}@[^\s@<>"]+$/.test(email)) throw invalidField('email', 'This is not an email address.')
  return email
}

/** A password that is chosen now. */
export function newPasswordField(fields: Fields, field: string): string {
  const password = textField(fields, field, 'Password', 256)
  if (password.length < 8) throw invalidField(field, 'The password needs 8 characters or more.')
  return password
}

/** A password that is checked: whatever its length, it is only right or wrong. */
export function passwordField(fields: Fields, field: string): string {
  const password = textField(fields, field, 'Password', 256)
  if (password === '') throw invalidField(field, 'Enter the password.')
  return password
}

export function titleField(fields: Fields): string {
  const title = textField(fields, 'title', 'Title', 1000).replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim()
  if (title === '') throw invalidField('title', 'Enter a title.')
  if (title.length > 200) throw invalidField('title', 'The title is longer than 200 characters.')
  return title
}

export function textField(fields: Fields, field: string, label: string, max: number): string {
  const value = fields[field]
  if (value === undefined || value === null) throw invalidField(field, `${label} is missing.`)
  if (typeof value !== 'string') throw invalidField(field, `${label} must be text.`)
  if (value.length > max) throw invalidField(field, `${label} is longer than ${max} characters.`)
  // A lone surrogate cannot be stored as UTF-8 and would come back as something else.
  if (LONE_SURROGATE.test(value)) throw invalidField(field, `${label} holds characters that are not text.`)
  return value
}

export function optionalText(fields: Fields, field: string, label: string, max: number): string | undefined {
  return fields[field] === undefined ? undefined : textField(fields, field, label, max)
}

export function limitField(query: Fields, options: { fallback: number; max: number }): number {
  const value = query['limit']
  if (value === undefined) return options.fallback
  if (typeof value !== 'string' || !/^\d{1,4}$/.test(value) || Number(value) < 1 || Number(value) > options.max)
    throw invalidField('limit', `limit is a number from 1 to ${options.max}.`)
  return Number(value)
}

export function idField(params: Fields, field: string): string {
  const value = params[field]
  if (typeof value !== 'string' || !ID_PATTERN.test(value)) throw invalidField(field, 'This is not an id: 8 to 64 letters, digits, _ or -.')
  return value
}
