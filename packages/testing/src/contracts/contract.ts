/**
 * One case of a port's contract. It knows no test framework: a test file loops over the cases, and `make` gives each
 * one a subject of its own.
 *
 * @example for (const c of eventLogContract) it(c.name, () => c.run(() => createMyEventLog()))
 */
export interface ContractCase<Subject> {
  /** Bears the rules of SPEC.md that it holds the subject to. */
  name: string
  /** Rejects with an AssertionError when the subject breaks the rule. */
  run(make: () => Subject | Promise<Subject>): Promise<void>
}

/** A list of cases from their names and bodies. */
export function contract<Subject>(cases: Readonly<Record<string, (subject: Subject) => Promise<void>>>): readonly ContractCase<Subject>[] {
  return Object.entries(cases).map(([name, body]) => ({ name, run: async (make) => body(await make()) }))
}

/** So many calls at once; gives what each resolved with. */
export function atOnce<Result>(times: number, call: (index: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => call(index)))
}
