import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import { inputNames } from '../../src/request/inputs.ts';
import { InputError } from '../../src/request/problems.ts';
import { readRequest } from '../../src/request/request.ts';
import type { Inputs } from '../../src/request/settings.ts';

/** What this action itself would refuse of the steps that use it: told now, and not at the first run. */
export function refusedInputs(text: string, action: string): { line: number; text: string }[] {
  const lines = new LineCounter();
  const found: { line: number; text: string }[] = [];
  visit(parseDocument(text, { lineCounter: lines, logLevel: 'error' }), {
    Map: (_, step) => {
      const settings = step.get('with', true);
      if (step.get('uses') !== action || !isMap(settings)) return;
      const { line } = lines.linePos(step.range?.[0] ?? 0);
      for (const problem of problemsOf(settings.items))
        found.push({ line, text: `This action refuses ${problem}` });
    },
  });
  return found;
}

/** Values that GitHub fills in are not judged, but for the role, without which nothing can be. */
function problemsOf(items: readonly { key: unknown; value: unknown }[]): string[] {
  const given = items.flatMap(({ key, value }): [string, string][] => {
    const name = isScalar(key) ? String(key.value) : '';
    const text = isScalar(value) ? (value.source ?? '') : '';
    if (isSeq(value) || !(inputNames as readonly string[]).includes(name)) return [];
    if (!text.includes('${{')) return [[name, text]];
    return name === 'role-arn' ? [[name, 'arn:aws:iam::111111111111:role/x']] : [];
  });
  const inputs = {
    ...Object.fromEntries(inputNames.map((name) => [name, ''])),
    ...Object.fromEntries(given),
  } as Inputs;
  try {
    readRequest(inputs, {
      environment: {},
      facts: () => ({ sessionName: 'owner.repo@1', tags: [{ key: 'Repository', value: 'owner/repo' }] }),
      problems: [],
      profiles:
        inputs.profile.trim() === '' ? undefined : { placeOf: () => undefined, blocker: () => undefined },
      readAccountList: undefined,
      origin: {},
      idToken: true,
      resolve: (path) => path,
      unreadable: () => undefined,
    });
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const open = new Set(
      items.flatMap(({ key, value }) =>
        isScalar(value) && value.source?.includes('${{') === true
          ? [String((key as { value: unknown }).value)]
          : [],
      ),
    );
    return error.problems
      .filter(({ input }) => !open.has(input))
      .map(({ input, text }) => `${input}: ${text}.`);
  }
}
