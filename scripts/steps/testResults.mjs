import { readFileSync } from 'node:fs'

/**
 * The counts of one run of Vitest, from its JSON report. A file that could not be loaded, and an error outside every test,
 * count as failures: they have no test to stand in for them.
 * @param {string} file
 * @param {boolean} endedWell whether Vitest ended with 0
 */
export function readResults(file, endedWell) {
  let report
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, notRun: 0 }
  }
  const tests = report.testResults.flatMap((suite) => suite.assertionResults)
  const count = (...statuses) => tests.filter((test) => statuses.includes(test.status)).length
  const brokenFiles = report.testResults.filter((suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed')).length
  const failed = count('failed') + brokenFiles
  return { passed: count('passed'), failed: failed === 0 && !endedWell ? 1 : failed, notRun: count('pending', 'skipped', 'todo', 'disabled') }
}
