import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readResults } from './testResults.mjs'

const report = (...suites: { status: string; tests?: string[] }[]): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'symphainy-results-')), 'results.json')
  const testResults = suites.map(({ status, tests = [] }) => ({ status, assertionResults: tests.map((each) => ({ status: each })) }))
  writeFileSync(file, JSON.stringify({ testResults }))
  return file
}

it('counts what passed and failed', () => {
  expect(readResults(report({ status: 'failed', tests: ['passed', 'failed', 'failed'] }, { status: 'passed', tests: ['passed'] }), false)).toEqual({
    passed: 2,
    failed: 2,
    notRun: 0,
  })
})

it('counts a file that could not be loaded as a failure', () => {
  expect(readResults(report({ status: 'failed' }, { status: 'passed', tests: ['passed'] }), false)).toEqual({ passed: 1, failed: 1, notRun: 0 })
})

it('counts a run that ended badly without a failed test as a failure', () => {
  expect(readResults(report({ status: 'passed', tests: ['passed'] }), false)).toEqual({ passed: 1, failed: 1, notRun: 0 })
})

it('counts a report that is not there as a failure', () => {
  expect(readResults('/nowhere/results.json', true)).toEqual({ passed: 0, failed: 1, notRun: 0 })
})

it('tells of what was skipped', () => {
  expect(readResults(report({ status: 'passed', tests: ['passed', 'skipped', 'todo'] }), true)).toEqual({ passed: 1, failed: 0, notRun: 2 })
})
